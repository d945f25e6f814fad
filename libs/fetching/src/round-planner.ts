import { AccountDirectory, gateVerdict, type FetchableAccount } from '@app/credentials';
import { addDays, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Budgets } from './budget/budgets.service';
import { CumulateRepository, type KnownDays } from './cumulate.repository';
import { afterPass, askableTo } from './task-policy';
import { LANES } from './task-states';
import { type HeldTask, type TaskUpdate } from './task.repository';
import { advanced, budgeted, daysMissing, gone, passed, refused, type Ask } from './turn-steps';
import { planWindows, type DayRange } from './window-policy';

/** How far coverage is read ahead of a task in one round. */
const LOOKAHEAD_DAYS = 56;

const OPEN = { open: true } as const;

/** What a round does: windows to ask, and tasks that move without a call. */
export interface RoundPlan {
  readonly asks: readonly Ask[];
  readonly updates: readonly TaskUpdate[];
}

interface Ahead extends DayRange {
  readonly task: HeldTask;
  readonly account: FetchableAccount;
  readonly accountId: number;
}

/** Reads gate and coverage of all tasks of a round, two queries for the lot, and decides what each does. */
@Injectable()
export class RoundPlanner {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly cumulates: CumulateRepository,
    private readonly budgets: Budgets,
  ) {}

  async plan(tasks: readonly HeldTask[], now: Date): Promise<RoundPlan> {
    const accounts = await this.accounts.fetchable(tasks.map(({ accountId }) => accountId));
    const asks: Ask[] = [];
    const updates: TaskUpdate[] = [];
    const aheads: Ahead[] = [];
    const over: HeldTask[] = [];
    for (const task of tasks) {
      const account = accounts.get(task.accountId);
      const verdict = account && gateVerdict(account.gate);
      if (!account || !verdict) updates.push(gone(task, now));
      else if (!verdict.open) updates.push(refused(task, verdict.because, now));
      else {
        const ahead = aheadOf(task, now);
        if (ahead === null) over.push(task);
        else aheads.push({ ...ahead, task, account, accountId: task.accountId });
      }
    }
    const known = await this.cumulates.knownDays(aheads);
    for (const ahead of aheads) {
      const [window] = planWindows(ahead, (day) => !ahead.task.refetch && isKnown(known, ahead.accountId, day));
      if (window) asks.push({ task: ahead.task, account: ahead.account, window, missing: wholeMissing(ahead, known) });
      else if (ahead.from > ahead.task.from) updates.push(advanced(ahead.task, addDays(ahead.from, -1), now));
      else over.push(ahead.task);
    }
    updates.push(...(await this.endPasses(over, now)));
    return this.withinBudget(asks, updates, now);
  }

  /** Only what would ask is held against the budgets: a task with nothing left to ask does not wait for tomorrow. */
  private async withinBudget(asks: readonly Ask[], updates: readonly TaskUpdate[], now: Date): Promise<RoundPlan> {
    const plan = { asks: [] as Ask[], updates: [...updates] };
    for (const lane of LANES) {
      const ofLane = asks.filter(({ task }) => task.lane === lane);
      const verdicts = await this.budgets.verdicts(
        ofLane.map(({ account }) => account),
        lane,
        now,
      );
      for (const ask of ofLane) {
        const verdict = verdicts.get(ask.account.id) ?? OPEN;
        if (verdict.open) plan.asks.push(ask);
        else plan.updates.push(budgeted(ask.task, verdict.because, verdict.until, now));
      }
    }
    return plan;
  }

  /** Tasks whose whole range was gone through: done, or waiting for days that may still be late, which are its newest. */
  private async endPasses(tasks: readonly HeldTask[], now: Date): Promise<TaskUpdate[]> {
    const ranges = tasks.map(({ accountId, from, to }) => ({
      accountId,
      from: laterOf(from, addDays(to, 1 - LOOKAHEAD_DAYS)),
      to,
    }));
    const known = await this.cumulates.knownDays(ranges);
    return tasks.map((task, i) => {
      const missing = daysMissing(ranges[i] ?? task, known.get(task.accountId));
      return passed(task, afterPass(missing, task.attempts, now), now);
    });
  }
}

/** The days a task looks at next; null when nothing of its range is left, or none of it can be asked yet. */
function aheadOf(task: HeldTask, now: Date): DayRange | null {
  const askable = askableTo(task.to, now);
  const top = task.cursor !== null && task.cursor < askable ? task.cursor : askable;
  return top < task.from ? null : { from: laterOf(task.from, addDays(top, 1 - LOOKAHEAD_DAYS)), to: top };
}

function wholeMissing(ahead: Ahead, known: KnownDays): ShanghaiDate[] | null {
  const { task } = ahead;
  return task.cursor === null && ahead.from === task.from ? daysMissing(task, known.get(task.accountId)) : null;
}

function isKnown(known: KnownDays, accountId: number, day: ShanghaiDate): boolean {
  return known.get(accountId)?.has(day) ?? false;
}

function laterOf(a: ShanghaiDate, b: ShanghaiDate): ShanghaiDate {
  return a > b ? a : b;
}
