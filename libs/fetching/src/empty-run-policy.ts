import { addDays, type ShanghaiDate } from '@app/kernel';
import { DATACUBE, type CumulateAnswer } from '@app/wechat';
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

/** Where the proof of a first day begins: the run's newest window may have been empty by mistake. */
export function proofFrom(emptyTo: ShanghaiDate): ShanghaiDate {
  const from = addDays(emptyTo, 1 - DATACUBE.maxWindowDays);
  return from > DATACUBE.firstDay ? from : DATACUBE.firstDay;
}

/**
 * The account's first day with data after a run of empty windows: the first day with a value. Days from the run's newest window
 * up to it that are not absent yet lack a second answer, so the first of them stands for it until then. Without a value it is
 * the day after the run. Null when a value lies in or below the run, which then proves nothing. Never earlier than known.
 */
export function dataFromAfter(
  emptyTo: ShanghaiDate,
  firstValue: ShanghaiDate | null,
  absent: ReadonlySet<string>,
  known: ShanghaiDate | null,
): ShanghaiDate | null {
  if (firstValue !== null && firstValue <= emptyTo) return null;
  const found = firstValue === null ? addDays(emptyTo, 1) : firstOpen(proofFrom(emptyTo), firstValue, absent);
  return known !== null && known > found ? known : found;
}

/** The first day with data once all that stood for it is absent; null while it is not. */
export function provenFrom(
  dataFrom: ShanghaiDate,
  firstValue: ShanghaiDate | null,
  absent: ReadonlySet<string>,
): ShanghaiDate | null {
  if (firstValue === null || firstValue <= dataFrom) return null;
  return firstOpen(dataFrom, firstValue, absent) === firstValue ? firstValue : null;
}

function firstOpen(from: ShanghaiDate, to: ShanghaiDate, absent: ReadonlySet<string>): ShanghaiDate {
  let day = from;
  while (day < to && absent.has(day)) day = addDays(day, 1);
  return day;
}
