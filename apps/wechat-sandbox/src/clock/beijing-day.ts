/**
 * A day of the Asia/Shanghai calendar as a count of days since 1970-01-01. Numbers keep the hot path free of Date
 * objects; China has been at UTC+8 without daylight saving since 1991, so plain arithmetic is right.
 */
export type BeijingDay = number;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const OFFSET_MS = 8 * HOUR_MS;

export function beijingDay(ms: number): BeijingDay {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/** Unix ms at which the day has the given hour; hours beyond 24 reach into following days. */
export function beijingInstant(day: BeijingDay, hour = 0): number {
  return day * DAY_MS - OFFSET_MS + hour * HOUR_MS;
}

const texts: (string | undefined)[] = [];
/** Years a cache line is kept for: an attacker's year 9999 must not fill memory. */
const CACHED_DAYS = 40_000;

/** 'YYYY-MM-DD' */
export function formatDay(day: BeijingDay): string {
  const known = texts[day];
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (day >= 0 && day < CACHED_DAYS) texts[day] = text;
  return text;
}

const SHAPE = /^\d{4}-\d{2}-\d{2}$/;

/** null unless the text is a real calendar day written exactly as YYYY-MM-DD. */
export function parseDay(text: unknown): BeijingDay | null {
  if (typeof text !== 'string' || !SHAPE.test(text)) return null;
  const ms = Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10)));
  const day = ms / DAY_MS;
  return formatDay(day) === text ? day : null;
}

/** For literals known to be good. Throws RangeError otherwise. */
export function dayOf(text: string): BeijingDay {
  const day = parseDay(text);
  if (day === null) throw new RangeError(`not a calendar day: ${text}`);
  return day;
}

/** WeChat stores data from this day on (getusercumulate page, note 1). */
export const FIRST_DATA_DAY = dayOf('2014-12-01');
