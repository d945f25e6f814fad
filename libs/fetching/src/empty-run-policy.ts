import { addDays, type ShanghaiDate } from '@app/kernel';
import { type CumulateAnswer } from '@app/wechat';
import { hasValue, isLate, type Coverage } from './day-policy';
import { type DayRange } from './window-policy';

/** Windows in a row, going back, that WeChat answered empty, and the newest day of them. */
export interface EmptyRun {
  readonly emptyWindows: number;
  readonly emptyTo: ShanghaiDate | null;
}

export const NO_RUN: EmptyRun = { emptyWindows: 0, emptyTo: null };
const COUNTED_TO = 250;

/**
 * The run after one more answer. Only `{"list":[]}` counts, for a window without late days: an error or an odd answer may
 * hide a value, so it ends the run, as a stored value between two windows does.
 * @param top the newest day not yet asked before this window: from there down to the window all is known
 */
export function runAfter(
  run: EmptyRun,
  { window, top, coverage }: { window: DayRange; top: ShanghaiDate; coverage: Coverage },
  answer: CumulateAnswer,
  calledAt: Date,
): EmptyRun {
  const isEmpty = answer.rows.length === 0 && answer.unclear.length === 0;
  if (!isEmpty || isLate(window.to, calledAt) || hasValue(coverage, window)) return NO_RUN;
  const before = hasValue(coverage, { from: addDays(window.to, 1), to: top }) ? NO_RUN : run;
  return { emptyWindows: Math.min(COUNTED_TO, before.emptyWindows + 1), emptyTo: before.emptyTo ?? window.to };
}

/**
 * The account's first day with data after a run of empty windows: the first day with a value, or the day after the run.
 * Null when a value lies in or below the run, which then proves nothing. Never earlier than what was known.
 */
export function dataFromAfter(
  emptyTo: ShanghaiDate,
  firstValue: ShanghaiDate | null,
  known: ShanghaiDate | null,
): ShanghaiDate | null {
  if (firstValue !== null && firstValue <= emptyTo) return null;
  const found = firstValue ?? addDays(emptyTo, 1);
  return known !== null && known > found ? known : found;
}
