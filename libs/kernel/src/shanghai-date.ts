/** A calendar day in Asia/Shanghai, 'YYYY-MM-DD'. WeChat's datacube counts in these days. */
export type ShanghaiDate = string & { readonly __brand: 'ShanghaiDate' };

const DAY_MS = 86_400_000;
/** Mainland China keeps UTC+8 all year; daylight saving ended in 1991, before the first datacube day. */
const OFFSET_MS = 8 * 3_600_000;

/** The given text as a date, or null when it is not a day of the calendar in the form YYYY-MM-DD. */
export function parseShanghaiDate(text: string): ShanghaiDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : (text as ShanghaiDate);
}

/** For literals known to be good. Throws RangeError otherwise. */
export function shanghaiDate(text: string): ShanghaiDate {
  const date = parseShanghaiDate(text);
  if (date === null) throw new RangeError(`not a calendar day: ${text}`);
  return date;
}

export function shanghaiDay(at: Date): ShanghaiDate {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10) as ShanghaiDate;
}

/** Hour of the day in Shanghai, 0–23. */
export function shanghaiHour(at: Date): number {
  return new Date(at.getTime() + OFFSET_MS).getUTCHours();
}

/** The instant a Shanghai day has the given wall time. */
export function shanghaiInstant(day: ShanghaiDate, hour = 0, minute = 0): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - OFFSET_MS + (hour * 60 + minute) * 60_000);
}

export function addDays(day: ShanghaiDate, days: number): ShanghaiDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10) as ShanghaiDate;
}

/** Days from `from` to `to`: 0 for the same day, negative when `to` is earlier. */
export function daysBetween(from: ShanghaiDate, to: ShanghaiDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Every day from `from` to `to`, both included; empty when `to` is earlier. */
export function eachDay(from: ShanghaiDate, to: ShanghaiDate): ShanghaiDate[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => addDays(from, i));
}
