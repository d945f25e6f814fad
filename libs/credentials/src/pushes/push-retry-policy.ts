import { AppError, type ErrorKind } from '@app/kernel';
import { WechatApiError } from '@app/wechat';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const FIRST_MS = { passing: 2_000, refused: MINUTE_MS } as const;
/** Codes live an hour and INFO tells the rest: what two days did not bring through is for the daily reconcile. */
const GIVE_UP_AFTER_MS = 48 * HOUR_MS;
/** Time for a person to bring back a key that was left out of SECRET_KEYS. */
const UNREADABLE_AFTER_MS = 6 * HOUR_MS;
const UNREADABLE_TRIES = 8;
/** Repeating does not change these answers. */
const FINAL: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['invalid', 'denied', 'not_found', 'unauthenticated']);
/** Not WeChat's refusals: a lost database, a network that is down, a lease somebody else holds. */
const PASSING: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['unavailable', 'conflict']);

export interface Tries {
  /** Begun ones, the one that failed included. */
  readonly attempts: number;
  readonly receivedAt: Date;
}

export type AfterPushFailure =
  | { readonly act: 'end'; readonly outcome: string; readonly because: 'final' | 'tried_long' }
  | { readonly act: 'wait'; readonly tryAt: Date; readonly because: 'passing' | 'refused' | 'unreadable' };

/** Whether an open push was tried, and is too old to be tried again. */
export function isGivenUp({ attempts, receivedAt }: Tries, now: Date): boolean {
  return attempts > 0 && now.getTime() - receivedAt.getTime() >= GIVE_UP_AFTER_MS;
}

/**
 * What becomes of a push whose work failed. WeChat's refusals wait a minute at least, what may pass by itself two seconds;
 * each further one twice as long, to an hour.
 * @param jitter 0–1, lengthens the wait by up to a quarter
 */
export function afterPushFailure(error: unknown, tries: Tries, now: Date, jitter: number): AfterPushFailure {
  if (error instanceof AppError && FINAL.has(error.kind)) return { act: 'end', outcome: error.code, because: 'final' };
  if (isGivenUp(tries, now)) return { act: 'end', outcome: 'given_up', because: 'tried_long' };
  const because = isPassing(error) ? 'passing' : 'refused';
  const wait = backoff(FIRST_MS[because], tries.attempts, jitter);
  // What is parked need not be asked before; yet a ticket or another token may end that early.
  const until = error instanceof AppError ? Date.parse(String(error.detail['until'])) - now.getTime() : NaN;
  const parked = until > 0 ? Math.min(until, HOUR_MS) : 0;
  return { act: 'wait', tryAt: new Date(now.getTime() + Math.max(wait, parked)), because };
}

/** What becomes of a push whose row does not open. */
export function afterUnreadable(tries: Tries, now: Date, jitter: number): AfterPushFailure {
  const isOld = now.getTime() - tries.receivedAt.getTime() >= UNREADABLE_AFTER_MS;
  if (isOld && tries.attempts >= UNREADABLE_TRIES) return { act: 'end', outcome: 'unreadable', because: 'tried_long' };
  const wait = backoff(FIRST_MS.refused, tries.attempts, jitter);
  return { act: 'wait', tryAt: new Date(now.getTime() + wait), because: 'unreadable' };
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError)) return true;
  return PASSING.has(error.kind) && !(error instanceof WechatApiError);
}

function backoff(firstMs: number, attempts: number, jitter: number): number {
  return Math.min(HOUR_MS, firstMs * 2 ** Math.min(attempts - 1, 12)) * (1 + jitter / 4);
}
