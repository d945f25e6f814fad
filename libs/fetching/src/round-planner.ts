import { AccountDirectory, gateVerdict, type FetchableAccount } from '@app/credentials';
import { addDays, eachDay, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Budgets } from './budget/budgets.service';
import { CoverageRepository } from './coverage.repository';
import { aheadOf, floorOf, nextOfDays, staleBeforeOf } from './day-plan-policy';
import { hasRow, type Coverage } from './day-policy';
import { NO_RUN } from './empty-run-policy';
import { FetchingConfig } from './fetching.config';
import { afterPass } from './pass-policy';
import { type HeldTask, type TaskUpdate } from './task.repository';
import { advanced, budgeted, gone, laneOf, passed, refused, type Ask } from './turn-steps';
import { type DayRange } from './window-policy';

const OPEN = { open: true } as const;

/** What a round does: windows to ask, and tasks that move without a call. */
export interface RoundPlan {
  readonly asks: readonly Ask[];
  readonly updates: readonly TaskUpdate[];
}

/** A task that may be asked for, and the days it looks at; `ahead` is null when none is left. */
interface Looking {
  readonly task: HeldTask;
  readonly account: FetchableAccount;
  readonly floor: ShanghaiDate;
  readonly ahead: DayRange | null;
}

const NOTHING: Coverage = new Map();

/** Reads gate and coverage of all tasks of a round, two queries for the lot, and decides what each does. */
@Injectable()
export class RoundPlanner {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly coverage: CoverageRepository,
    private readonly config: FetchingConfig,
    private readonly budgets: Budgets,
  ) {}

  async plan(tasks: readonly HeldTask[], now: Date): Promise<RoundPlan> {
    const accounts = await this.accounts.fetchable(tasks.map(({ accountId }) => accountId));
    const asks: Ask[] = [];
    const updates: TaskUpdate[] = [];
    const looking: Looking[] = [];
    for (const task of tasks) {
      const account = accounts.get(task.accountId);
      const verdict = account && gateVerdict(account.gate);
      if (!account || !verdict) updates.push(gone(task, now));
      else if (!verdict.open) updates.push(refused(task, verdict.because, now));
      else {
        const floor = floorOf(task, dataFromOf(account), this.config.FETCH_EMPTY_WINDOWS);
        looking.push({ task, account, floor, ahead: aheadOf(task, floor, now) });
      }
    }
    const read = await this.coverage.read(
      looking.flatMap(({ task, ahead }) => (ahead === null ? [] : [{ accountId: task.accountId, ...ahead }])),
    );
    const idle: Looking[] = [];
    for (const one of looking) {
      const ask = this.askOf(one, read.get(one.task.accountId) ?? NOTHING);
      if (ask === null) idle.push(one);
      else asks.push(ask);
    }
    return this.withinBudget(asks, [...updates, ...(await this.leap(idle, now))], now);
  }

  /** Only what would ask is held against the budgets: a task with nothing left to ask does not wait for tomorrow. */
  private async withinBudget(asks: readonly Ask[], updates: readonly TaskUpdate[], now: Date): Promise<RoundPlan> {
    const plan = { asks: [] as Ask[], updates: [...updates] };
    const [accounts, lane] = [asks.map(({ account }) => account), laneOf(asks.map(({ task }) => task))];
    const verdicts = await this.budgets.verdicts(accounts, lane, now);
    for (const ask of asks) {
      const verdict = verdicts.get(ask.account.id) ?? OPEN;
      if (verdict.open) plan.asks.push(ask);
      else plan.updates.push(budgeted(ask.task, verdict.because, verdict.until, now));
    }
    return plan;
  }

  private askOf({ task, account, floor, ahead }: Looking, coverage: Coverage): Ask | null {
    if (ahead === null) return null;
    const needs = { coverage, dataFrom: null, staleBefore: staleBeforeOf(task) };
    const windows = nextOfDays(ahead, needs);
    const window = windows.next().value;
    if (!window) return null;
    const isLast = task.cursor === null && ahead.from === floor && windows.next().done === true;
    const from = firstMissable(floor, account);
    const missing = isLast ? eachDay(from, task.to).filter((day) => !hasRow(coverage, day)) : null;
    const runLimit = this.config.FETCH_EMPTY_WINDOWS;
    return { task, account, window, top: ahead.to, coverage, missing, runLimit };
  }

  /**
   * Tasks with nothing to ask in the days they look at: on to the next day that is missing, or the pass is over. A
   * re-fetch goes on day by day, since it asks stored days, too.
   */
  private async leap(tasks: readonly Looking[], now: Date): Promise<TaskUpdate[]> {
    const gaps = await this.coverage.gaps(
      tasks.map(({ task, floor }) => ({ accountId: task.accountId, from: floor, to: task.to })),
    );
    return tasks.map(({ task, account, floor, ahead }, i) => {
      const missing = (gaps[i] ?? []).flatMap(({ from, to }) => eachDay(from, to));
      if (ahead !== null && ahead.from > floor) {
        const below = addDays(ahead.from, -1);
        const next = staleBeforeOf(task) === null ? missing.findLast((day) => day <= below) : below;
        if (next !== undefined) return advanced({ ...task, ...NO_RUN }, next, now);
      }
      if (task.to < floor) return passed(task, { ...afterPass([], task, now), because: 'before_data' }, now);
      const from = firstMissable(floor, account);
      const verdict = afterPass(
        missing.filter((day) => day >= from),
        task,
        now,
      );
      return passed(task, verdict, now);
    });
  }
}

/** A probe asks days before the account's first data, but does not miss them. */
function firstMissable(floor: ShanghaiDate, account: FetchableAccount): ShanghaiDate {
  const dataFrom = dataFromOf(account);
  return dataFrom !== null && dataFrom > floor ? dataFrom : floor;
}

function dataFromOf(account: FetchableAccount): ShanghaiDate | null {
  return account.dataFrom as ShanghaiDate | null;
}
