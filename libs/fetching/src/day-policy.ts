import {
  addDays,
  daysBetween,
  eachDay,
  shanghaiDay,
  shanghaiHour,
  shanghaiInstant,
  type ShanghaiDate,
} from '@app/kernel';
import { DATACUBE, type CumulateAnswer } from '@app/wechat';
import { DAY_STATE } from './daily-cumulate.entity';
import { type DayRange } from './window-policy';

/** `missed`: no row; one answer lacked the day. */
export type FactState = (typeof DAY_STATE)[keyof typeof DAY_STATE] | typeof MISSED;
export const MISSED = 0;

/** What is known of a day; `at` is the time its answer was asked for. */
export interface DayFact {
  readonly state: FactState;
  readonly at: Date;
}

/** Of one account: days without an entry are unknown, and no answer lacked them. */
export type Coverage = ReadonlyMap<string, DayFact>;

const MINUTE_MS = 60_000;
/** WeChat: "get the previous day's data after 8:00"; five minutes of grace. */
const READY_MINUTE = 5;
/** Days that may still be late: asked again until noon, then next day. */
const LATE_DAYS = 3;
/** Answers at least this far apart are two answers. */
export const ANSWERS_APART_MS = 10 * MINUTE_MS;
/** `readCumulate` tells no more oddities than this. */
const MANY_ODDITIES = 50;

export function isLate(day: ShanghaiDate, now: Date): boolean {
  return daysBetween(day, shanghaiDay(now)) <= LATE_DAYS;
}

/** A row is known; a day that one answer lacked is not. */
export function hasRow(coverage: Coverage | undefined, day: ShanghaiDate): boolean {
  const fact = coverage?.get(day);
  return fact !== undefined && fact.state !== MISSED;
}

export function hasValue(coverage: Coverage, { from, to }: DayRange): boolean {
  return eachDay(from, to).some((day) => coverage.get(day)?.state === DAY_STATE.value);
}

/**
 * Older days of the window that the answer lacks, so that it says WeChat has none. A day something odd was said about is
 * not among them; when what is odd could be about any day, none is.
 * @param dataFrom the account's first day with data; days before it are not missed
 */
export function missesOf(
  window: DayRange,
  answer: CumulateAnswer,
  dataFrom: ShanghaiDate | null,
  calledAt: Date,
): ShanghaiDate[] {
  if (answer.unclear.length === 0 && answer.rows.length > daysBetween(window.from, window.to)) return [];
  const told = new Set<ShanghaiDate>(answer.rows.map(({ refDate }) => refDate));
  if (answer.unclear.length >= MANY_ODDITIES) return [];
  for (const { refDate } of answer.unclear) {
    if (refDate === null || refDate < window.from || refDate > window.to) return [];
    told.add(refDate);
  }
  const first = answer.rows[0]?.refDate;
  const floor = dataFrom !== null && first !== undefined && first < dataFrom ? first : dataFrom;
  return eachDay(window.from, window.to).filter(
    (day) => !told.has(day) && !isLate(day, calledAt) && (floor === null || day >= floor),
  );
}

/** The day is missing from this answer, too: two separate ones make it absent. */
export function isSecondMiss(fact: DayFact | undefined, calledAt: Date): boolean {
  return fact?.state === MISSED && Math.abs(calledAt.getTime() - fact.at.getTime()) >= ANSWERS_APART_MS;
}

/** When a late day is asked for again: until noon every half hour, then next morning. */
export function nextAsk(now: Date): Date {
  const today = shanghaiDay(now);
  const ready = shanghaiInstant(today, DATACUBE.readyHour, READY_MINUTE);
  if (now < ready) return ready;
  if (shanghaiHour(now) < 12) return new Date(now.getTime() + 30 * MINUTE_MS);
  return shanghaiInstant(addDays(today, 1), DATACUBE.readyHour, READY_MINUTE);
}
