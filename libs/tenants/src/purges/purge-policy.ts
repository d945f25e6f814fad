import { type MerchantPurge } from './merchant-purge.entity';

const HOUR_MS = 3_600_000;
/** A request that began before its merchant was gone may write a line behind it; none takes longer. */
const TRACES_AFTER_MS = 120_000;

/** The very name: whoever mistakes one merchant for another does not know it. */
export function isConfirmed(name: string, confirm: string): boolean {
  return name === confirm;
}

export function dueAt(requestedAt: Date, delayHours: number): Date {
  return new Date(requestedAt.getTime() + delayHours * HOUR_MS);
}

export type CancelVerdict = { readonly allowed: true } | { readonly allowed: false; readonly because: 'purge_begun' };

/** A second cancel finds what it wants. */
export function cancelVerdict({ state }: Pick<MerchantPurge, 'state'>): CancelVerdict {
  return state === 'running' || state === 'done' ? { allowed: false, because: 'purge_begun' } : { allowed: true };
}

export type PurgeStage =
  | { readonly stage: 'rows' }
  | { readonly stage: 'traces' }
  | { readonly stage: 'wait'; readonly because: 'requests_may_run' };

/** What a running purge does next. */
export function stageOf({ goneAt }: Pick<MerchantPurge, 'goneAt'>, now: Date): PurgeStage {
  if (goneAt === null) return { stage: 'rows' };
  if (now.getTime() - goneAt.getTime() < TRACES_AFTER_MS) return { stage: 'wait', because: 'requests_may_run' };
  return { stage: 'traces' };
}

/** Rows removed so far, by table. */
export type Removed = Readonly<Record<string, number>>;

export function removedWith(removed: Removed, table: string, count: number): Removed {
  return { ...removed, [table]: (removed[table] ?? 0) + count };
}
