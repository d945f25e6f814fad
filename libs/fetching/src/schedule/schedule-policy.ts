import { addDays, shanghaiDay, shanghaiInstant, type ShanghaiDate } from '@app/kernel';
import { DATACUBE, latestDay } from '@app/wechat';
import { type DayRange } from '../window-policy';

/** 08:05 in Shanghai: WeChat has yesterday's row "after 8:00"; five minutes of grace. No daily run is due before it. */
export const EARLIEST_MINUTE = DATACUBE.readyHour * 60 + 5;
const DAYS_A_CALL = DATACUBE.maxWindowDays;

export interface DailyTime {
  readonly minuteOfDay: number;
  readonly createdAt: Date;
}

export type RunVerdict =
  | ({ readonly due: true; readonly because: 'first' | 'daily' | 'missed'; readonly dueAt: Date } & DayRange)
  | { readonly due: false; readonly because: 'made' | 'not_yet'; readonly nextAt: Date };

/**
 * Which run is to be made now: the newest due one, once a day of Shanghai, however often the time is moved. Runs that
 * were missed are not made: the newest one's range holds their days, too. A schedule made after today's time has a run at once:
 * accounts that come today find it.
 * @param lastDueAt of the newest run that was made; a clock set back finds it later than anything due
 */
export function runVerdict({ minuteOfDay, createdAt }: DailyTime, lastDueAt: Date | null, now: Date): RunVerdict {
  const today = shanghaiDay(now);
  const dueDay = now < dueOn(today, minuteOfDay) ? addDays(today, -1) : today;
  const lastDay = lastDueAt && shanghaiDay(lastDueAt);
  const firstDay = lastDay === null ? shanghaiDay(createdAt) : addDays(lastDay, 1);
  if (dueDay < firstDay) {
    const because = lastDay === null ? 'not_yet' : 'made';
    return { due: false, because, nextAt: dueOn(laterOf(addDays(dueDay, 1), firstDay), minuteOfDay) };
  }
  const because = lastDay === null ? 'first' : dueDay === firstDay ? 'daily' : 'missed';
  return { due: true, because, dueAt: dueOn(dueDay, minuteOfDay), ...runRange(dueDay, lastDay) };
}

/** The last 7 days, as many as one call brings, or all since the last run, which had the days before its own. */
function runRange(dueDay: ShanghaiDate, lastDay: ShanghaiDate | null): DayRange {
  const to = addDays(dueDay, -1);
  const week = addDays(to, 1 - DAYS_A_CALL);
  return { from: lastDay !== null && lastDay < week ? lastDay : week, to };
}

/**
 * All days before those the daily run asks for; without a daily run all that is ready.
 * Before today's run the newest one made still has the week before its own day: no day lies between.
 */
export function backfillRange(now: Date, hasDailyRun: boolean): DayRange {
  const yesterday = addDays(shanghaiDay(now), -1);
  return { from: DATACUBE.firstDay, to: hasDailyRun ? addDays(yesterday, -DAYS_A_CALL) : latestDay(now) };
}

/** Days between the newest stored one and a run's first, of an account that comes back after a while; null: none. */
export function gapBefore(runFrom: ShanghaiDate, newestStored: ShanghaiDate | null): DayRange | null {
  if (newestStored === null) return null;
  const gap = { from: addDays(newestStored, 1), to: addDays(runFrom, -1) };
  return gap.from <= gap.to ? gap : null;
}

/** The week before the first data of an account; null when nothing can lie there. */
export function probeRange(dataFrom: ShanghaiDate | null): DayRange | null {
  if (dataFrom === null || dataFrom <= DATACUBE.firstDay) return null;
  const to = addDays(dataFrom, -1);
  return { from: laterOf(addDays(to, 1 - DAYS_A_CALL), DATACUBE.firstDay), to };
}

function dueOn(day: ShanghaiDate, minuteOfDay: number): Date {
  return shanghaiInstant(day, 0, minuteOfDay);
}

function laterOf(a: ShanghaiDate, b: ShanghaiDate): ShanghaiDate {
  return a > b ? a : b;
}

/** 485 → '08:05'. */
export function timeOfDay(minuteOfDay: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

/** '08:05' → 485. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
