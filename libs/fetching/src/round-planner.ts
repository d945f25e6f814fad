import { addDays, eachDay, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Budgets, type DayBudget } from './budget/budgets.service';
import { AccountGates, type GateAnswer } from './calls/account-gates';
import { CoverageRepository } from './coverage.repository';
import { aheadOf, floorOf, nextOfDays, staleBeforeOf } from './day-plan-policy';
import { hasRow, type Coverage } from './day-policy';
import { NO_RUN } from './empty-run-policy';
import { FetchingConfig } from './fetching.config';
import { afterPass } from './pass-policy';
import { RoundReads } from './round-reads';
import { type HeldTask, type TaskUpdate } from './task.repository';
import { advanced, budgeted, gone, laneOf, parked, passed, refused, type Ask } from './turn-steps';
import { type DayRange } from './window-policy';

const OPEN = { open: true } as const;

/** What a round does: windows to ask, and tasks that move without a call. */
export interface RoundPlan {
  /** As they were planned: with the first day of their account's data as it is now. */
  readonly tasks: readonly HeldTask[];
  readonly asks: readonly Ask[];
  readonly updates: readonly TaskUpdate[];
  /** For the turn's next round. */
  readonly budget: DayBudget;
}

/** A task, and the days it looks at; `ahead` is null when none is left. */
interface Looking {
  readonly task: HeldTask;
  readonly floor: ShanghaiDate;
  readonly ahead: DayRange | null;
}

/** A window to ask, if the gate of its account is open. */
type WantedWindow = Omit<Ask, 'account'>;

const NOTHING: Coverage = new Map();

/**
 * Decides what each task of a round does. The gate is the last thing that is read, so that calls start right after it. Only what
 * would ask is held against the budgets: a task with nothing left to ask does not wait for tomorrow.
 */
@Injectable()
export class RoundPlanner {
  constructor(
    private readonly reads: RoundReads,
    private readonly gates: AccountGates,
    private readonly coverage: CoverageRepository,
    private readonly config: FetchingConfig,
    private readonly budgets: Budgets,
  ) {}

  /** @param last what was read of budgets earlier in this turn */
  async plan(tasks: readonly HeldTask[], now: Date, last: DayBudget | null = null): Promise<RoundPlan> {
    const wishes = tasks.map(({ accountId, appid, platformId }) => ({ id: accountId, appid, platformId }));
    const budget = await this.budgets.ofDay(wishes, laneOf(tasks), now, last);
    const looking = tasks.map((task): Looking => {
      const floor = floorOf(task, task.dataFrom, this.config.FETCH_EMPTY_WINDOWS);
      return { task, floor, ahead: aheadOf(task, floor, now) };
    });
    const facts = await this.reads.of(
      looking.map(({ task, ahead }) => ({ id: task.accountId, appid: task.appid, platformId: task.platformId, ahead })),
    );
    if (tasks.some((task) => hasMoved(task, facts.gates.get(task.accountId))))
      return this.plan(refreshed(tasks, facts.gates), now, budget);
    const wanted = new Map<number, WantedWindow>();
    const idle: Looking[] = [];
    for (const one of looking) {
      const ask = this.askOf(one, facts.coverage.get(one.task.accountId) ?? NOTHING);
      if (ask === null) idle.push(one);
      else wanted.set(one.task.id, ask);
    }
    const moves = new Map((await this.leap(idle, now)).map((move) => [move.id, move]));
    // The leap took a while: calls start right after the gate was read.
    const gates = moves.size > 0 && wanted.size > 0 ? await this.gates.read(wishes) : facts.gates;
    const updates: TaskUpdate[] = [];
    const asks: Ask[] = [];
    for (const task of tasks) {
      const [answer, ask, move] = [gates.get(task.accountId), wanted.get(task.id), moves.get(task.id)];
      if (!answer) updates.push(gone(task, now));
      else if (!answer.verdict.open) updates.push(refused(task, answer.verdict.because, now));
      else if (move) updates.push(move);
      else if (answer.pause) updates.push(parked(task, answer.pause.endsAt, now, Math.random()));
      else if (ask) asks.push({ ...ask, account: answer.account });
    }
    const verdicts = budget.verdicts(asks.map(({ account }) => account));
    const allowed = asks.filter(({ task, account }) => {
      const verdict = verdicts.get(account.id) ?? OPEN;
      if (!verdict.open) updates.push(budgeted(task, verdict.because, verdict.until, now));
      return verdict.open;
    });
    return { tasks, asks: allowed, updates, budget };
  }

  private askOf({ task, floor, ahead }: Looking, coverage: Coverage): WantedWindow | null {
    if (ahead === null) return null;
    const needs = { coverage, dataFrom: null, staleBefore: staleBeforeOf(task) };
    const windows = nextOfDays(ahead, needs);
    const window = windows.next().value;
    if (!window) return null;
    const isLast = task.cursor === null && ahead.from === floor && windows.next().done === true;
    const from = firstMissable(floor, task);
    const missing = isLast ? eachDay(from, task.to).filter((day) => !hasRow(coverage, day)) : null;
    const runLimit = this.config.FETCH_EMPTY_WINDOWS;
    return { task, window, top: ahead.to, coverage, missing, runLimit };
  }

  /**
   * Tasks with nothing to ask in the days they look at: on to the next day that is missing, or the pass is over. A
   * re-fetch goes on day by day, since it asks stored days, too.
   */
  private async leap(tasks: readonly Looking[], now: Date): Promise<TaskUpdate[]> {
    if (tasks.length === 0) return [];
    const gaps = await this.coverage.gaps(
      tasks.map(({ task, floor }) => ({ accountId: task.accountId, from: floor, to: task.to })),
    );
    return tasks.map(({ task, floor, ahead }, i) => {
      const missing = (gaps[i] ?? []).flatMap(({ from, to }) => eachDay(from, to));
      if (ahead !== null && ahead.from > floor) {
        const below = addDays(ahead.from, -1);
        const next = staleBeforeOf(task) === null ? missing.findLast((day) => day <= below) : below;
        if (next !== undefined) return advanced({ ...task, ...NO_RUN }, next, now);
      }
      if (task.to < floor) return passed(task, { ...afterPass([], task, now), because: 'before_data' }, now);
      const from = firstMissable(floor, task);
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
function firstMissable(floor: ShanghaiDate, { dataFrom }: HeldTask): ShanghaiDate {
  return dataFrom !== null && dataFrom > floor ? dataFrom : floor;
}

/** The account's first day is not what the plan took it for: an answer told it, once or twice in an account's life. */
function hasMoved(task: HeldTask, answer: GateAnswer | undefined): boolean {
  return answer !== undefined && answer.account.dataFrom !== task.dataFrom;
}

function refreshed(tasks: readonly HeldTask[], answers: ReadonlyMap<number, GateAnswer>): HeldTask[] {
  return tasks.map((task) => {
    const account = answers.get(task.accountId)?.account;
    return account ? { ...task, dataFrom: account.dataFrom as ShanghaiDate | null } : task;
  });
}
