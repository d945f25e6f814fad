import { type FetchableAccount, type GateVerdict } from '@app/credentials';
import { addDays, eachDay, type ShanghaiDate } from '@app/kernel';
import { WechatApiError } from '@app/wechat';
import { type DayValue } from './cumulate.repository';
import { afterFailure, afterNotReady, afterPass, type PassVerdict, type TaskVerdict } from './task-policy';
import { FINAL, lineAfter, type Lane } from './task-states';
import { type CallRecord, type HeldTask, type TaskUpdate } from './task.repository';
import { type QuotaPause } from './calls/pause-policy';
import { type WindowOutcome } from './calls/window-caller';
import { type DayRange } from './window-policy';

/** One window to ask now. `missing` is set when coverage of the task's whole range was read: the days of it without a row. */
export interface Ask {
  readonly task: HeldTask;
  readonly account: FetchableAccount;
  readonly window: DayRange;
  readonly missing: readonly ShanghaiDate[] | null;
}

/** A window that was asked, or tried to be. */
export interface Asked extends Ask {
  readonly outcome: WindowOutcome;
}

/** How long a task whose account is refused waits until the gate is asked again; asking it costs no call. */
const GATE_RECHECK_MS = 5 * 60_000;
/** A pushed cancellation is worked off in seconds. */
const CANCEL_RECHECK_MS = 15_000;

/** The values of the answers, as rows to store. */
export function storedValues(asked: readonly Asked[]): DayValue[] {
  return asked.flatMap(({ task, outcome }) =>
    (outcome.answer?.rows ?? []).map(({ refDate, cumulateUser }) => ({
      accountId: task.accountId,
      refDate,
      cumulateUser,
      fetchedAt: outcome.calledAt,
    })),
  );
}

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

/** Where a task stands after one window: on to the days before it, at its end, or waiting for what its failure asks. */
export function afterWindow(asked: Asked, now: Date, jitter: number): TaskUpdate {
  return { ...standingAfter(asked, now, jitter), calls: asked.outcome.asked ? 1 : 0 };
}

function standingAfter({ task, window, missing, outcome }: Asked, now: Date, jitter: number): TaskUpdate {
  if (outcome.answer === null) {
    const error = outcome.error instanceof WechatApiError ? outcome.error : null;
    if (error?.errcodeClass === 'wait_for_data') {
      return { ...advanced(task, afterNotReady(window, now), now), errcode: error.errcode, rid: error.rid };
    }
    const attempts = task.attempts + 1;
    const verdict = outcome.pause
      ? paused(outcome.pause, now, jitter)
      : afterFailure(outcome.error, attempts, now, jitter);
    return { ...settled(task, verdict, now), attempts, errcode: error?.errcode ?? null, rid: error?.rid ?? null };
  }
  const { rows, rid } = outcome.answer;
  const fresh = { ...task, attempts: missing === null || rows.length > 0 ? 0 : task.attempts };
  if (missing === null || window.from > task.from) return { ...advanced(fresh, addDays(window.from, -1), now), rid };
  const got = new Set<ShanghaiDate>(rows.map(({ refDate }) => refDate));
  const left = missing.filter((day) => !got.has(day));
  return { ...passed(fresh, afterPass(left, fresh.attempts, now), now), rid };
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

/** The account was removed since the task was planned. */
export function gone(task: HeldTask, now: Date): TaskUpdate {
  return settled(task, { state: 'failed', because: 'account_gone', at: now }, now);
}

/** On to older days: the newest one not yet asked is `cursor`. */
export function advanced(task: HeldTask, cursor: ShanghaiDate, now: Date): TaskUpdate {
  return { ...unchanged(task, now), state: 'running', line: null, cursor };
}

/** The turn is over but the range is not: back to the end of the merchant's line. */
export function yielded(update: TaskUpdate, lane: Lane): TaskUpdate {
  return update.state === 'running' ? { ...update, state: 'planned', line: lane, release: true } : update;
}

/** A pass over the range is over; the next one, if any, asks only for what may still be late. */
export function passed(task: HeldTask, verdict: PassVerdict, now: Date): TaskUpdate {
  const attempts = verdict.state === 'waiting_data' ? task.attempts + 1 : task.attempts;
  return { ...settled(task, verdict, now), attempts, cursor: null, from: verdict.askFrom ?? task.from };
}

export function daysMissing(range: DayRange, known: ReadonlySet<string> | undefined): ShanghaiDate[] {
  return eachDay(range.from, range.to).filter((day) => !(known?.has(day) ?? false));
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
    calls: 0,
    because: null,
    nextAttemptAt: now,
    attempts: task.attempts,
    from: task.from,
    cursor: task.cursor,
    errcode: null,
    rid: null,
    endedAt: null,
    release: false,
  };
}
