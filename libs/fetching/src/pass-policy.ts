import { addDays, type ShanghaiDate } from '@app/kernel';
import { ANSWERS_APART_MS, isLate, nextAsk } from './day-policy';
import { type TaskVerdict } from './task-policy';

export interface PassVerdict extends TaskVerdict {
  /** The first day the next pass asks for; null when there is none. */
  readonly askFrom: ShanghaiDate | null;
  /** The newest day it asks for; null: of the range. */
  readonly cursor: ShanghaiDate | null;
  readonly passes: number;
  readonly unclearDays: number;
}

/** Two answers make a day absent; one more pass is for days to which one of them could not be used. */
const MAX_PASSES = 3;

/**
 * WeChat said that data is not ready: where a task goes on. It does not say for which day, so the newest is left out while
 * it may be late; a window of older days counts as asked.
 */
export function afterNotReady(
  window: { readonly from: ShanghaiDate; readonly to: ShanghaiDate },
  now: Date,
): ShanghaiDate {
  return addDays(isLate(window.to, now) ? window.to : window.from, -1);
}

/**
 * A pass over the range is over: every day was asked. Of the days still missing, older ones are asked again for a second
 * answer, a few times; then late ones, until they are not late any more. Older days that stay unclear are given up.
 * @param missing days of the range without a row
 */
export function afterPass(
  missing: readonly ShanghaiDate[],
  task: { readonly passes: number; readonly unclearDays: number },
  now: Date,
): PassVerdict {
  const late = missing.filter((day) => isLate(day, now)).sort();
  const older = missing.filter((day) => !isLate(day, now)).sort();
  const passes = task.passes + 1;
  const givenUp = task.passes === 0 ? 0 : task.unclearDays;
  if (older.length > 0 && passes < MAX_PASSES) {
    const [askFrom = null, cursor = null] = [older[0], older.at(-1)];
    const at = new Date(now.getTime() + ANSWERS_APART_MS);
    return { state: 'waiting_data', because: 'day_missing', at, askFrom, cursor, passes, unclearDays: givenUp };
  }
  const unclearDays = givenUp + older.length;
  const [askFrom] = late;
  if (askFrom !== undefined) {
    const waits = { state: 'waiting_data', because: 'data_not_ready', at: nextAsk(now) } as const;
    return { ...waits, askFrom, cursor: null, passes: 1, unclearDays };
  }
  const because = unclearDays > 0 ? 'days_unclear' : 'asked';
  return { state: 'done', because, at: now, askFrom: null, cursor: null, passes, unclearDays };
}
