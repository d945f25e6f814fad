import { addDays, daysBetween, eachDay, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { isLate } from '../day-policy';
import { askableTo } from '../task-policy';
import { FINAL, type TaskState } from '../task-states';
import { type DayRange } from '../window-policy';

/** A day with a row; null: WeChat has no number for it. */
export interface StoredCount {
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number | null;
}

/** How far the task is that was opened for missing days. */
export interface AskedTask {
  readonly state: TaskState;
  readonly because: string | null;
  readonly nextAttemptAt: Date;
  readonly errcode: number | null;
  readonly rid: string | null;
}

/** `asked`: WeChat was asked, and what it gave is stored. `refused`: nothing will come while somebody waits. */
export type AskedVerdict = 'under_way' | 'asked' | 'refused';

const TEN_MINUTES_MS = 600_000;
/** Processes' clocks differ a little; whoever is put off is put off for longer. */
const SOON_MS = 3_000;

/** The days of a window that WeChat can have by now and of which nothing is known; `dataFrom`: the account's first day with data. */
export function missingDays(
  window: DayRange,
  stored: readonly StoredCount[],
  dataFrom: ShanghaiDate | null,
  now: Date,
): ShanghaiDate[] {
  if (stored.length > daysBetween(window.from, window.to)) return [];
  const floor = dataFrom !== null && dataFrom > DATACUBE.firstDay ? dataFrom : DATACUBE.firstDay;
  const from = floor > window.from ? floor : window.from;
  const to = askableTo(window.to, now);
  const known = new Set(stored.map(({ refDate }) => refDate));
  return to < from ? [] : eachDay(from, to).filter((day) => !known.has(day));
}

/** Days that the gateway asks for again by itself, at its own pace: nobody else may make it ask more often. */
export function areLate(days: readonly ShanghaiDate[], now: Date): boolean {
  return days.every((day) => isLate(day, now));
}

/** Programs that miss the same days of an account within ten minutes share one fetch, at whatever process they ask. */
export function originOf(accountId: number, days: readonly ShanghaiDate[], now: Date): string {
  const spell = Math.floor(now.getTime() / TEN_MINUTES_MS);
  return `datacube:${accountId}:${days[0] ?? ''}:${days.at(-1) ?? ''}:${spell}`;
}

export function askedVerdict({ state, nextAttemptAt }: AskedTask, now: Date): AskedVerdict {
  if (state === 'done' || state === 'waiting_data') return 'asked';
  if (state === 'queued' || state === 'running') return 'under_way';
  const isPutOff = nextAttemptAt.getTime() - now.getTime() > SOON_MS;
  return FINAL.includes(state) || state !== 'planned' || isPutOff ? 'refused' : 'under_way';
}

/** The first and the last of days in order. */
export function rangeOf(days: readonly ShanghaiDate[]): DayRange {
  const [from = DATACUBE.firstDay] = days;
  return { from, to: days.at(-1) ?? addDays(from, -1) };
}
