import { addDays, type ShanghaiDate } from '@app/kernel';
import { MISSED, type Coverage } from './day-policy';
import { askableTo } from './task-policy';
import { nextWindows, type DayRange } from './window-policy';

/** How far coverage is read ahead of a task in one round. */
const LOOKAHEAD_DAYS = 56;

/** What decides which days of a range are asked. */
export interface DayNeeds {
  readonly coverage: Coverage | undefined;
  /** The account's first day with data: earlier days are not asked. Null: all are. */
  readonly dataFrom: ShanghaiDate | null;
  /** A re-fetch asks days again whose answer is older than itself; null: days with a row are not asked. */
  readonly staleBefore: Date | null;
}

/** A range's days that are to be asked, as windows of at most 7 days, newest first. */
export function planDays(range: DayRange, needs: DayNeeds): DayRange[] {
  return [...nextOfDays(range, needs)];
}

/** The same, found one by one. */
export function nextOfDays(
  range: DayRange,
  { coverage, dataFrom, staleBefore }: DayNeeds,
): Generator<DayRange, undefined> {
  const from = dataFrom !== null && dataFrom > range.from ? dataFrom : range.from;
  return nextWindows({ from, to: range.to }, (day) => {
    const fact = coverage?.get(day);
    return fact !== undefined && fact.state !== MISSED && (staleBefore === null || fact.at >= staleBefore);
  });
}

/** What of a task says which days it has to do with. */
export interface PlannedTask extends DayRange {
  readonly cursor: ShanghaiDate | null;
  readonly refetch: boolean;
  readonly createdAt: Date;
  readonly passes: number;
  readonly ignoreBefore: boolean;
  readonly emptyWindows: number;
}

/** Since when an answer must be for a day not to be asked: only a re-fetch's first pass asks stored days again. */
export function staleBeforeOf({ refetch, passes, createdAt }: PlannedTask): Date | null {
  return refetch && passes === 0 ? createdAt : null;
}

/**
 * The first day the task asks: not before the account's first data, except for a probe, once, until a run of empty
 * windows tells that there is still none.
 */
export function floorOf(task: PlannedTask, dataFrom: ShanghaiDate | null, runLimit: number): ShanghaiDate {
  const isProbing = task.ignoreBefore && task.passes === 0 && task.emptyWindows < runLimit;
  return dataFrom === null || isProbing || dataFrom < task.from ? task.from : dataFrom;
}

/** The days a task looks at next; null when nothing of its range is left, or none of it can be asked yet. */
export function aheadOf(task: PlannedTask, floor: ShanghaiDate, now: Date): DayRange | null {
  const askable = askableTo(task.to, now);
  const top = task.cursor !== null && task.cursor < askable ? task.cursor : askable;
  if (top < floor) return null;
  const reach = addDays(top, 1 - LOOKAHEAD_DAYS);
  return { from: reach > floor ? reach : floor, to: top };
}
