import { createHash } from 'node:crypto';
import { AppError, shanghaiDay, shanghaiInstant } from '@app/kernel';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The last moment at which the daily run of a platform was due. Each platform has a time of day of its own. */
export function dailyDueAt(platformId: string, now: Date): Date {
  const spread = createHash('sha256').update(platformId).digest().readUInt32BE(0) % DAY_MS;
  const today = shanghaiInstant(shanghaiDay(now)).getTime() + spread;
  return new Date(today > now.getTime() ? today - DAY_MS : today);
}

/** One list serves all accounts whose refresh token is refused in the same ten minutes. */
const RECOVERY_SLOT_MS = 10 * MINUTE_MS;

/** `at`: the slot's run, due now. `next`: for when that one may have begun before the account's trouble did. */
export function recoverySlots(now: Date): { readonly at: Date; readonly next: Date } {
  const start = Math.floor(now.getTime() / RECOVERY_SLOT_MS) * RECOVERY_SLOT_MS;
  return { at: new Date(start), next: new Date(start + RECOVERY_SLOT_MS) };
}

/** WeChat's -1 waits at least a minute. */
const PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];

export type AfterFailure =
  | { readonly state: 'waiting'; readonly tryAt: Date; readonly because: 'passing' | 'parked' }
  | { readonly state: 'failed'; readonly because: 'final' | 'tried_often' };

/** What becomes of a run that could not read the list. @param attempts this one included */
export function afterFailure(error: unknown, attempts: number, now: Date): AfterFailure {
  const isFinal = error instanceof AppError && ['invalid', 'not_found', 'denied', 'bug'].includes(error.kind);
  if (isFinal) return { state: 'failed', because: 'final' };
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return { state: 'failed', because: 'tried_often' };
  const until = error instanceof AppError ? Date.parse(String(error.detail['until'])) : NaN;
  if (until > now.getTime()) return { state: 'waiting', tryAt: new Date(until), because: 'parked' };
  return { state: 'waiting', tryAt: new Date(now.getTime() + pause), because: 'passing' };
}
