import { type FetchableAccount, type GateVerdict } from '@app/credentials';
import { addDays, type ShanghaiDate } from '@app/kernel';
import { WechatApiError } from '@app/wechat';
import { type SpentCall } from './budget/budgets.service';
import { isSecondMiss, missesOf, type Coverage } from './day-policy';
import { NO_RUN, runAfter } from './empty-run-policy';
import { afterNotReady, afterPass, type PassVerdict } from './pass-policy';
import { afterFailure, type TaskVerdict } from './task-policy';
import { FINAL, LANE, lineAfter, type Lane } from './task-states';
import { type CallRecord, type HeldTask, type TaskUpdate } from './task.repository';
import { APPID_PAUSED } from './calls/call.errors';
import { type QuotaPause } from './calls/pause-policy';
import { type WindowOutcome } from './calls/window-caller';
import { type DayRange } from './window-policy';

/** One window to ask now. */
export interface Ask {
  readonly task: HeldTask;
  readonly account: FetchableAccount;
  readonly window: DayRange;
  /** The newest day the task has not asked; between it and the window all is known. */
  readonly top: ShanghaiDate;
  readonly coverage: Coverage;
  /** The days of the task's range without a row, when this window is the last one of the pass; null when it is not. */
  readonly missing: readonly ShanghaiDate[] | null;
  /** Empty windows that make a run. */
  readonly runLimit: number;
}

/** A window that was asked, or tried to be. */
export interface Asked extends Ask {
  readonly outcome: WindowOutcome;
}

/** How long a task whose account is refused waits until the gate is asked again; asking it costs no call. */
const GATE_RECHECK_MS = 5 * 60_000;
/** A pushed cancellation is worked off in seconds. */
const CANCEL_RECHECK_MS = 15_000;

export function callRecord({ task, window, outcome }: Asked): CallRecord {
  const error = outcome.error instanceof WechatApiError ? outcome.error : null;
  const unclear = (outcome.answer?.unclear.length ?? 0) > 0;
  return {
    accountId: task.accountId,
    taskId: task.id,
    ...window,
    calledAt: outcome.calledAt,
    ms: outcome.ms,
    outcome: outcome.answer === null ? 'error' : unclear ? 'unclear' : 'answered',
    errcode: error?.errcode ?? null,
    rowCount: outcome.answer?.rows.length ?? 0,
    rid: error?.rid ?? outcome.answer?.rid ?? null,
  };
}

export function spentCall({ task, account, outcome }: Asked): SpentCall {
  const { appid, platformId } = account;
  return { appid, platformId, lane: task.lane, calledAt: outcome.calledAt };
}

/** Older days that the answer lacks; none when there is no answer. */
export function missedDays({ account, window, outcome }: Asked): ShanghaiDate[] {
  if (outcome.answer === null) return [];
  return missesOf(window, outcome.answer, account.dataFrom as ShanghaiDate | null, outcome.calledAt);
}

/** Where a task stands after one window: on to the days before it, at its end, or waiting for what its failure asks. */
export function afterWindow(asked: Asked, now: Date, jitter: number): TaskUpdate {
  return { ...standingAfter(asked, now, jitter), calls: asked.outcome.asked ? 1 : 0 };
}

function standingAfter(asked: Asked, now: Date, jitter: number): TaskUpdate {
  const { task, window, missing, outcome, coverage, runLimit } = asked;
  if (outcome.answer === null) {
    const error = outcome.error instanceof WechatApiError ? outcome.error : null;
    if (error?.errcodeClass === 'wait_for_data') {
      const next = advanced({ ...task, ...NO_RUN }, afterNotReady(window, now), now);
      return { ...next, errcode: error.errcode, rid: error.rid };
    }
    const attempts = task.attempts + 1;
    const verdict = outcome.pause
      ? paused(outcome.pause, now, jitter)
      : afterFailure(outcome.error, attempts, now, jitter);
    return { ...settled(task, verdict, now), attempts, errcode: error?.errcode ?? null, rid: error?.rid ?? null };
  }
  const { rows, rid } = outcome.answer;
  const run = runAfter(task, asked, outcome.answer, outcome.calledAt);
  const fresh = { ...task, ...run, attempts: 0 };
  // A run that is full may have told the account's first day: what is left is looked at again with it.
  if (missing === null || run.emptyWindows >= runLimit)
    return { ...advanced(fresh, addDays(window.from, -1), now), rid };
  const known = new Set<ShanghaiDate>(rows.map(({ refDate }) => refDate));
  for (const day of missedDays(asked)) if (isSecondMiss(coverage.get(day), outcome.calledAt)) known.add(day);
  const left = missing.filter((day) => !known.has(day));
  return { ...passed(fresh, afterPass(left, fresh, now), now), rid };
}

/** Spread over ten seconds: all that waits for the appid, or for midnight, would go on in one moment. */
function paused({ endsAt, because }: QuotaPause, now: Date, jitter: number): TaskVerdict {
  const at = new Date(Math.max(endsAt.getTime(), now.getTime()) + jitter * 10_000);
  return { state: 'waiting_quota', because, at };
}

/** The account may not be asked for: the condition's name stays on the row, and the gate is asked again later. */
export function refused(task: HeldTask, because: (GateVerdict & { open: false })['because'], now: Date): TaskUpdate {
  const recheckMs = because === 'cancel_reported' ? CANCEL_RECHECK_MS : GATE_RECHECK_MS;
  return settled(task, { state: 'waiting_permission', because, at: new Date(now.getTime() + recheckMs) }, now);
}

/** The day's budget is used up: on when it begins anew. */
export function budgeted(task: HeldTask, because: string, until: Date, now: Date): TaskUpdate {
  return settled(task, { state: 'waiting_quota', because, at: until }, now);
}

/** Another call of the appid was told that its quota is used up, perhaps on another platform. */
export function parked(task: HeldTask, endsAt: Date, now: Date, jitter: number): TaskUpdate {
  return settled(task, paused({ endsAt, because: APPID_PAUSED }, now, jitter), now);
}

/** The account was removed since the task was planned. */
export function gone(task: HeldTask, now: Date): TaskUpdate {
  return settled(task, { state: 'failed', because: 'account_gone', at: now }, now);
}

/** On to older days: the newest one not yet asked is `cursor`. */
export function advanced(task: HeldTask, cursor: ShanghaiDate, now: Date): TaskUpdate {
  return { ...unchanged(task, now), state: 'running', line: null, cursor };
}

/** All tasks of a turn are of one lane. */
export function laneOf(tasks: readonly HeldTask[]): Lane {
  return tasks[0]?.lane ?? LANE.bulk;
}

/** The turn is over but the range is not: back to the end of the merchant's line. */
export function yielded(update: TaskUpdate, lane: Lane): TaskUpdate {
  return update.state === 'running' ? { ...update, state: 'planned', line: lane, release: true } : update;
}

/** A pass over the range is over; the next one, if any, asks only for what is still missing. */
export function passed(task: HeldTask, verdict: PassVerdict, now: Date): TaskUpdate {
  const { askFrom, cursor, passes, unclearDays } = verdict;
  return { ...settled(task, verdict, now), ...NO_RUN, cursor, passes, unclearDays, from: askFrom ?? task.from };
}

function settled(task: HeldTask, verdict: TaskVerdict, now: Date): TaskUpdate {
  return {
    ...unchanged(task, now),
    state: verdict.state,
    line: lineAfter(verdict.state, task.lane, verdict.at <= now),
    because: verdict.because,
    nextAttemptAt: verdict.at,
    endedAt: FINAL.includes(verdict.state) ? now : null,
    release: true,
  };
}

function unchanged(task: HeldTask, now: Date): Omit<TaskUpdate, 'state' | 'line'> {
  return {
    id: task.id,
    version: task.version,
    owner: task.owner,
    calls: 0,
    because: null,
    nextAttemptAt: now,
    attempts: task.attempts,
    from: task.from,
    cursor: task.cursor,
    passes: task.passes,
    unclearDays: task.unclearDays,
    emptyWindows: task.emptyWindows,
    emptyTo: task.emptyTo,
    errcode: null,
    rid: null,
    endedAt: null,
    release: false,
  };
}
