/** More than clocks differ by, and less than anybody would wait for an event that is blocked. */
const AHEAD_MS = 600_000;

/**
 * When an event happened, for ordering it among others. A time ahead of us cannot be right, and as the newest it would keep
 * every later event out.
 */
export function eventTimeOf(createTime: Date, now: Date): Date {
  return createTime.getTime() - now.getTime() > AHEAD_MS ? now : createTime;
}
