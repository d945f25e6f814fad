/** A calendar day in Asia/Shanghai, 'YYYY-MM-DD'. WeChat's datacube counts in these days. */
export type ShanghaiDate = string & { readonly __brand: 'ShanghaiDate' };

const DAY_MS = 86_400_000;
/** Mainland China keeps UTC+8 all year; daylight saving ended in 1991, before the first datacube day. */
const OFFSET_MS = 8 * 3_600_000;
/** Days met so far, both ways: a process meets the same few thousand again and again. */
const KEPT = 20_000;
const numbers = new Map<string, number>();
const texts = new Map<number, ShanghaiDate>();

/** The given text as a date, or null when it is not a day of the calendar in the form YYYY-MM-DD. */
export function parseShanghaiDate(text: string): ShanghaiDate | null {
  if (numbers.has(text)) return text as ShanghaiDate;
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
  return textOf(numberOf(day) + days);
}

/** Days from `from` to `to`: 0 for the same day, negative when `to` is earlier. */
export function daysBetween(from: ShanghaiDate, to: ShanghaiDate): number {
  return numberOf(to) - numberOf(from);
}

/** Every day from `from` to `to`, both included; empty when `to` is earlier. */
export function eachDay(from: ShanghaiDate, to: ShanghaiDate): ShanghaiDate[] {
  const first = numberOf(from);
  return Array.from({ length: Math.max(0, numberOf(to) - first + 1) }, (_, i) => textOf(first + i));
}

/** Days since 1970-01-01. */
function numberOf(day: ShanghaiDate): number {
  const known = numbers.get(day);
  return known ?? remember(numbers, day, Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

function textOf(number: number): ShanghaiDate {
  const known = texts.get(number);
  return known ?? remember(texts, number, new Date(number * DAY_MS).toISOString().slice(0, 10) as ShanghaiDate);
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (map.size >= KEPT) map.clear();
  map.set(key, value);
  return value;
}
