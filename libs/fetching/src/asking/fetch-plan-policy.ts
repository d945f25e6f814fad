import { daysBetween, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { planWindows, type DayRange } from '../window-policy';

/** Up to here every account is looked at; beyond, some stand for all. */
const EXACT_ACCOUNTS = 2_000;
/** Days whose rows one plan looks for: what is read stays bounded, however long the range. */
const EXACT_DAYS = 1_000_000;
const LEAST_SAMPLE = 200;
const SAMPLE = 1_000;

/** How many accounts a plan looks at; all of them when that is few enough. */
export function sampleSize(accounts: number, days: number): number {
  if (accounts <= EXACT_ACCOUNTS && accounts * days <= EXACT_DAYS) return accounts;
  return Math.min(accounts, Math.max(LEAST_SAMPLE, Math.min(SAMPLE, Math.floor(EXACT_DAYS / days))));
}

/** The days of a range an account can have; null when its first data came later. */
export function possibleDays(range: DayRange, dataFrom: string | null): DayRange | null {
  const from = dataFrom !== null && dataFrom > range.from ? (dataFrom as ShanghaiDate) : range.from;
  return from > range.to ? null : { from, to: range.to };
}

/** Windows of a range of which no day is stored, or whose stored days are asked again. */
export function windowsOfAll(range: DayRange): number {
  return Math.ceil((daysBetween(range.from, range.to) + 1) / DATACUBE.maxWindowDays);
}

export function windowsOfMissing(range: DayRange, known: ReadonlySet<string> | undefined): number {
  return planWindows(range, (day) => known?.has(day) ?? false).length;
}
