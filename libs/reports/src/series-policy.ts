import { addDays, eachDay, type ShanghaiDate } from '@app/kernel';
import { DAY_STATE, type DayRange } from '@app/fetching';
import { type StoredDay } from './series.repository';

/** `before`: earlier than the account's first data. `unknown`: not asked yet, or WeChat gave nothing. */
export type DayState = 'value' | 'absent' | 'before' | 'unknown';

/** One requested day of one account. Numbers are null unless they are known: a missing day is not zero. */
export interface SeriesDay {
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number | null;
  /** Change against the day before; null unless both days have a value. */
  readonly netChange: number | null;
  readonly state: DayState;
}

/**
 * One entry per requested day.
 * @param rows stored days of the range and of the day before it
 * @param dataFrom the account's first day with data, when known
 */
export function seriesOf(range: DayRange, rows: readonly StoredDay[], dataFrom: ShanghaiDate | null): SeriesDay[] {
  const byDate = new Map(rows.map((row) => [row.refDate, row]));
  return eachDay(range.from, range.to).map((refDate) => {
    const row = byDate.get(refDate);
    const value = valueOf(row);
    const previous = valueOf(byDate.get(addDays(refDate, -1)));
    return {
      refDate,
      cumulateUser: value,
      netChange: value === null || previous === null ? null : value - previous,
      state: stateOf(refDate, row, dataFrom),
    };
  });
}

function valueOf(row: StoredDay | undefined): number | null {
  return row?.state === DAY_STATE.value ? row.cumulateUser : null;
}

function stateOf(refDate: ShanghaiDate, row: StoredDay | undefined, dataFrom: ShanghaiDate | null): DayState {
  if (row?.state === DAY_STATE.value) return 'value';
  if (dataFrom !== null && refDate < dataFrom) return 'before';
  return row?.state === DAY_STATE.absent ? 'absent' : 'unknown';
}
