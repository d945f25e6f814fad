/** A session ends this long after login, used or not. */
export const SESSION_MS = 12 * 3_600_000;
/** A session that nobody uses for this long ends before. An open stream of events is use. */
export const IDLE_MS = 4 * 3_600_000;
const NOTED_EVERY_MS = 60_000;

/** One that was used at this time, or before, and not since, is over. */
export function idleSince(now: Date): Date {
  return new Date(now.getTime() - IDLE_MS);
}

/** Use is noted once a minute: a session that is used all the time does not write all the time. */
export function isUseNoted(lastUsedAt: Date, now: Date): boolean {
  return lastUsedAt.getTime() > now.getTime() - NOTED_EVERY_MS;
}

/** When a session that opens now is over in any case. */
export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + SESSION_MS);
}
