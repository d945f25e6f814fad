import { addDays, daysBetween, eachDay, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { isLate } from '../day-policy';
import { askableTo } from '../task-policy';
import { FINAL, LANE, type Lane, type TaskState } from '../task-states';
import { type DayRange } from '../window-policy';

/** A day with a row; null: WeChat has no number for it. */
export interface StoredCount {
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number | null;
}

/** A task that may bring missing days, and how far it is. */
export interface AskedTask extends DayRange {
  readonly id: number;
  readonly lane: Lane;
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

/** Programs that miss the same days of an account within ten minutes share one fetch, at whatever process they ask. */
export function originOf(accountId: number, days: readonly ShanghaiDate[], now: Date): string {
  const spell = Math.floor(now.getTime() / TEN_MINUTES_MS);
  return `datacube:${accountId}:${days[0] ?? ''}:${days.at(-1) ?? ''}:${spell}`;
}

export function askedVerdict(
  { state, nextAttemptAt }: Pick<AskedTask, 'state' | 'nextAttemptAt'>,
  now: Date,
): AskedVerdict {
  if (state === 'done') return 'asked';
  if (state === 'queued' || state === 'running') return 'under_way';
  const isPutOff = nextAttemptAt.getTime() - now.getTime() > SOON_MS;
  // One that is due is about to be asked again.
  if (state === 'waiting_data') return isPutOff ? 'asked' : 'under_way';
  return FINAL.includes(state) || state !== 'planned' || isPutOff ? 'refused' : 'under_way';
}

/**
 * The task that brings the days anyway, so that programs that ask again and again make no more of them; null: one must be
 * opened. Late days, which the gateway asks for at its own pace, need no more than any task that waits for them.
 * @param tasks those of the account that cover the days and are not over
 */
export function taskToJoin(tasks: readonly AskedTask[], days: readonly ShanghaiDate[], now: Date): AskedTask | null {
  const areLate = days.every((day) => isLate(day, now));
  const waiting = tasks.find(
    (task) => task.state === 'waiting_data' && (areLate || isShort(task)) && askedVerdict(task, now) === 'asked',
  );
  return waiting ?? tasks.find((task) => task.lane === LANE.asked && isShort(task)) ?? null;
}

/** Of a window that was asked: what is missing of a longer range may not have been asked at all. */
function isShort({ from, to }: DayRange): boolean {
  return daysBetween(from, to) < DATACUBE.maxWindowDays;
}

/** The first and the last of days in order. */
export function rangeOf(days: readonly ShanghaiDate[]): DayRange {
  const [from = DATACUBE.firstDay] = days;
  return { from, to: days.at(-1) ?? addDays(from, -1) };
}
