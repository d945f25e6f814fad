import { addDays, AppError, eachDay, parseShanghaiDate, shanghaiDay, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';

/** Consecutive calendar days, both ends included. */
export interface DayRange {
  readonly from: ShanghaiDate;
  readonly to: ShanghaiDate;
}

/**
 * The range somebody asked for, or an explained refusal; never clamped. Yesterday is accepted before 08:00 and waits.
 * Throws AppError invalid: `date_invalid`, `range_reversed`, `range_before_first_day`, `range_not_over`.
 */
export function requestedRange(from: string, to: string, now: Date): DayRange {
  const range = { from: dayOf('from', from), to: dayOf('to', to) };
  const today = shanghaiDay(now);
  if (range.to < range.from) {
    throw refusal('range_reversed', `to (${to}) is before from (${from}).`, `结束日期 ${to} 早于开始日期 ${from}。`);
  }
  if (range.from < DATACUBE.firstDay) {
    throw refusal(
      'range_before_first_day',
      `WeChat keeps follower data from ${DATACUBE.firstDay} on; from is ${from}.`,
      `微信从 ${DATACUBE.firstDay} 起才有用户数据，开始日期为 ${from}。`,
    );
  }
  if (range.to >= today) {
    throw refusal(
      'range_not_over',
      `to must be a day that is over in Beijing time: before ${today}; it is ${to}.`,
      `结束日期须早于今天(北京时间 ${today})，收到的是 ${to}。`,
    );
  }
  return range;
}

/**
 * Splits what is missing in a range into windows of at most 7 days, newest first: each window ends on a missing day and
 * starts on one, so that known days at its edges are not asked again.
 */
export function planWindows(range: DayRange, isKnown: (day: ShanghaiDate) => boolean): DayRange[] {
  return [...nextWindows(range, isKnown)];
}

/** The same, found one by one: who asks for the next window alone pays for no more. */
export function* nextWindows(range: DayRange, isKnown: (day: ShanghaiDate) => boolean): Generator<DayRange, undefined> {
  let end = newestMissing(range, isKnown);
  while (end !== null) {
    const start = addDays(end, 1 - DATACUBE.maxWindowDays);
    const floor = start < range.from ? range.from : start;
    const from = eachDay(floor, end).find((day) => !isKnown(day)) ?? end;
    yield { from, to: end };
    end = newestMissing({ from: range.from, to: addDays(from, -1) }, isKnown);
  }
}

function newestMissing(range: DayRange, isKnown: (day: ShanghaiDate) => boolean): ShanghaiDate | null {
  for (let day = range.to; day >= range.from; day = addDays(day, -1)) {
    if (!isKnown(day)) return day;
  }
  return null;
}

function dayOf(field: string, text: string): ShanghaiDate {
  const day = parseShanghaiDate(text);
  if (day !== null) return day;
  throw refusal(
    'date_invalid',
    `${field} is not a calendar day in the form YYYY-MM-DD.`,
    `${field} 不是 YYYY-MM-DD 形式的有效日期。`,
  );
}

function refusal(code: string, en: string, zh: string): AppError {
  return new AppError('invalid', code, { message: { en, zh } });
}
