import { type AccountState } from '../accounts/account.entity';
import { type MemberReason } from './campaign-policy';

/** In the order a member goes through them; `withdrawn` is the way back from the last two. */
export const MEMBER_STATES = ['listed', 'sent', 'opened', 'authorized', 'granted', 'withdrawn'] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

export interface SetChange {
  readonly setId: number;
  readonly kind: 'granted' | 'withdrawn';
  readonly at: Date;
}

/** What rows say of a member. `changes` and `firstCodeAt` are later than `addedAt`; changes in the order they came. */
export interface MemberFacts {
  readonly addedAt: Date;
  readonly because: MemberReason;
  readonly sentAt: Date | null;
  readonly openedAt: Date | null;
  readonly accountState: AccountState;
  /** The newest grant applied, and when it ended. */
  readonly authorizedAt: Date;
  readonly revokedAt: Date | null;
  /** The first authorization code of the account, by redirect or push, that led to it. */
  readonly firstCodeAt: Date | null;
  readonly wanted: readonly number[];
  readonly held: readonly number[];
  readonly changes: readonly SetChange[];
}

/** Times are when we learnt of it. `grantedAt` is null in a granted member when WeChat gave no sign of when. */
export interface MemberProgress {
  readonly state: MemberState;
  readonly because:
    | 'not_sent'
    | 'not_opened'
    | 'not_authorized'
    | 'sets_missing'
    | 'no_refresh_token'
    | 'all_granted'
    | 'set_withdrawn'
    | 'authorization_gone';
  /** Wanted sets the account does not grant now. */
  readonly missing: readonly number[];
  readonly sentAt: Date | null;
  readonly openedAt: Date | null;
  readonly authorizedAt: Date | null;
  readonly grantedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/**
 * How far a member came. What happened stays true: sent, opened and authorized never take a step back, and only a set or an
 * authorization that is lost again does, as `withdrawn`. It does not matter by which road an authorization was learnt.
 */
export function memberProgress(facts: MemberFacts): MemberProgress {
  const { openedAt, wanted } = facts;
  const sentAt = earliest(facts.sentAt, openedAt);
  const authorizedAt = firstAuthorization(facts);
  const held = new Set(facts.held);
  const missing = wanted.filter((id) => !held.has(id));
  const isAlive = facts.accountState === 'authorized';
  const isGranted = isAlive && missing.length === 0;
  const grantedAt = firstGrant(facts, authorizedAt);
  const times = { missing, sentAt, openedAt, authorizedAt, grantedAt, withdrawnAt: null };
  if (isGranted) return { ...times, state: 'granted', because: 'all_granted' };
  const isRevoked = facts.accountState === 'revoked';
  if (grantedAt !== null || (authorizedAt !== null && isRevoked)) {
    const because = isAlive ? 'set_withdrawn' : isRevoked ? 'authorization_gone' : 'no_refresh_token';
    return { ...times, state: 'withdrawn', because, withdrawnAt: lossTime(facts) };
  }
  if (authorizedAt !== null)
    return { ...times, state: 'authorized', because: missing.length > 0 ? 'sets_missing' : 'no_refresh_token' };
  if (openedAt !== null) return { ...times, state: 'opened', because: 'not_authorized' };
  if (sentAt !== null) return { ...times, state: 'sent', because: 'not_opened' };
  return { ...times, state: 'listed', because: 'not_sent' };
}

/** A code, a set that came, a grant on the account's row: whichever was learnt first proves that somebody agreed. */
function firstAuthorization({ addedAt, firstCodeAt, changes, authorizedAt }: MemberFacts): Date | null {
  const set = changes.find(({ kind }) => kind === 'granted')?.at ?? null;
  return earliest(earliest(firstCodeAt, set), authorizedAt > addedAt ? authorizedAt : null);
}

/** The first moment at which all wanted sets were held under a living authorization; null when there was none we know. */
function firstGrant(facts: MemberFacts, authorizedAt: Date | null): Date | null {
  const from = facts.because === 'gone' ? authorizedAt : facts.addedAt;
  if (from === null) return null;
  const moments = [from, ...facts.changes.map(({ at }) => at).filter((at) => at > from)];
  return moments.find((at) => facts.wanted.every((id) => isHeldAt(facts, id, at))) ?? null;
}

/** Sets change together, so the last change up to a moment counts; before the first change the opposite of it held. */
function isHeldAt({ held, changes }: MemberFacts, setId: number, at: Date): boolean {
  const own = changes.filter((change) => change.setId === setId);
  const last = own.filter((change) => change.at <= at).at(-1);
  if (last) return last.kind === 'granted';
  const next = own[0];
  return next ? next.kind === 'withdrawn' : held.includes(setId);
}

function lossTime({ changes, wanted, revokedAt, accountState }: MemberFacts): Date | null {
  const last = changes.filter(({ kind, setId }) => kind === 'withdrawn' && wanted.includes(setId)).at(-1)?.at ?? null;
  return accountState === 'revoked' ? (revokedAt ?? last) : accountState === 'authorized' ? last : null;
}

function earliest(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a <= b ? a : b;
}
