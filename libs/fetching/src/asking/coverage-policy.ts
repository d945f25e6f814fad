import { addDays, type ShanghaiDate } from '@app/kernel';
import { DAY_STATE } from '../daily-cumulate.entity';
import { type DayRange } from '../window-policy';

/** What is known of a day: a number; that WeChat has none; that the account had no data yet; nothing. */
export const DAY_STATES = ['value', 'absent', 'before', 'unknown'] as const;
export type DayState = (typeof DAY_STATES)[number];

/** Consecutive days of one state, both ends included. */
export interface CoveredRange extends DayRange {
  readonly state: DayState;
}

/** A day that has a row. */
export interface StoredDay {
  readonly day: ShanghaiDate;
  readonly state: number;
}

const NAMES: ReadonlyMap<number, DayState> = new Map([
  [DAY_STATE.absent, 'absent'],
  [DAY_STATE.value, 'value'],
]);

/**
 * A range as consecutive days of one state each, the oldest first, without a gap.
 * @param stored days of the range that have a row, the oldest first
 * @param dataFrom first day with data; days before it that have no row are `before`
 */
export function coveredRanges(range: DayRange, stored: readonly StoredDay[], dataFrom: string | null): CoveredRange[] {
  const ranges: { from: ShanghaiDate; to: ShanghaiDate; state: DayState }[] = [];
  const byDay = new Map(stored.map(({ day, state }) => [day, state]));
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
    const state = stateOf(day, byDay.get(day), dataFrom);
    const last = ranges.at(-1);
    if (last?.state === state) last.to = day;
    else ranges.push({ from: day, to: day, state });
  }
  return ranges;
}

function stateOf(day: ShanghaiDate, stored: number | undefined, dataFrom: string | null): DayState {
  if (stored === undefined) return dataFrom !== null && day < dataFrom ? 'before' : 'unknown';
  return NAMES.get(stored) ?? 'unknown';
}
