import { AppError, type Bilingual } from '@app/kernel';
import { type ReconcileAction, type ReconcileReason, type Step } from './reconcile-policy';

/**
 * `planned`: a dry run. `left_alone`: the row changed after it was read, so nothing was written. `ended`: INFO answered
 * 61003. `kept`: INFO knows the authorization. `not_kept`: another kind of account than an Official Account.
 */
export type Outcome = 'planned' | 'done' | 'left_alone' | 'ended' | 'kept' | 'not_kept' | 'failed';

export interface Finding {
  readonly appid: string;
  /** The account's public id; null while it is unknown here. */
  readonly account: string | null;
  readonly action: ReconcileAction;
  readonly because: ReconcileReason;
  readonly outcome: Outcome;
}

/** How many accounts; `inOrder` needed nothing. In a dry run: how many would be. */
export interface RunCounts {
  listed: number;
  stored: number;
  inOrder: number;
  repaired: number;
  restored: number;
  adopted: number;
  asked: number;
  ended: number;
  flagged: number;
  leftAlone: number;
  failed: number;
  listCalls: number;
  infoCalls: number;
}

export interface RunError {
  readonly code: string;
  readonly text: Bilingual | null;
  /** To quote to WeChat. */
  readonly rid: string | null;
}

const NONE: RunCounts = {
  listed: 0,
  stored: 0,
  inOrder: 0,
  repaired: 0,
  restored: 0,
  adopted: 0,
  asked: 0,
  ended: 0,
  flagged: 0,
  leftAlone: 0,
  failed: 0,
  listCalls: 0,
  infoCalls: 0,
};
/** Per action, so that many of one kind do not push out the few of another. */
const FINDINGS_KEPT = 300;
const COUNTED: Readonly<Record<ReconcileAction, keyof RunCounts>> = {
  repair: 'repaired',
  restore: 'restored',
  adopt: 'adopted',
  ask: 'asked',
  flag: 'flagged',
  leave: 'leftAlone',
};

/** What a run has done so far. It goes on from what an earlier holder of the run wrote down. */
export class RunProgress {
  readonly counts: RunCounts;
  findings: Finding[];

  constructor(stored: { readonly counts: string; readonly findings: string | null }) {
    this.counts = readCounts(stored.counts);
    this.findings = readFindings(stored.findings);
  }

  note({ appid, action, because, seen }: Step, outcome: Outcome): void {
    this.counts[counterOf(action, outcome)]++;
    if (outcome === 'ended') this.counts.ended++;
    if (this.findings.filter((one) => one.action === action).length >= FINDINGS_KEPT) return;
    this.findings.push({ appid, account: seen?.publicId ?? null, action, because, outcome });
  }

  /** Counts stay. */
  leaveOut(appids: ReadonlySet<string>): void {
    if (appids.size > 0) this.findings = this.findings.filter(({ appid }) => !appids.has(appid));
  }
}

function counterOf(action: ReconcileAction, outcome: Outcome): keyof RunCounts {
  if (outcome === 'failed') return 'failed';
  return outcome === 'left_alone' || outcome === 'not_kept' ? 'leftAlone' : COUNTED[action];
}

export function readCounts(stored: string): RunCounts {
  return { ...NONE, ...(stored === '' ? {} : (JSON.parse(stored) as Partial<RunCounts>)) };
}

export function readFindings(stored: string | null): Finding[] {
  return stored === null ? [] : (JSON.parse(stored) as Finding[]);
}

export function readError(stored: string | null): RunError | null {
  return stored === null ? null : (JSON.parse(stored) as RunError);
}

/** What a person is told of an error. A bug of ours shows its code alone. */
export function runError(error: unknown): RunError {
  if (!(error instanceof AppError) || error.kind === 'bug') return { code: 'internal_error', text: null, rid: null };
  const { rid } = error.detail;
  return { code: error.code, text: error.text ?? null, rid: typeof rid === 'string' ? rid : null };
}
