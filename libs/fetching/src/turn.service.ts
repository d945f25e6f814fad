import { AppError, Clock } from '@app/kernel';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type DayBudget } from './budget/budgets.service';
import { roundsOf } from './dispatch-policy';
import { type Turn } from './dispatch.repository';
import { alertUnexpected } from './errcode-alert';
import { roundOf, type Round } from './round';
import { RoundPlanner } from './round-planner';
import { RoundWriter } from './round-writer';
import { TaskRepository, type HeldTask, type TaskUpdate } from './task.repository';
import { afterWindow, laneOf, yielded } from './turn-steps';
import { WindowCaller } from './calls/window-caller';

/** A dead worker's tasks are free again after this; a living one prolongs its leases, however long WeChat takes. */
const LEASE_MS = 20_000;
const PROLONG_EVERY_MS = 5_000;
/** A turn that takes longer is stuck: its leases end, and others take its tasks. */
const MAX_TURN_MS = 600_000;
const STORE_PATIENCE_MS = 60_000;
const STORE_RETRY_MS = 500;

/** Where a turn stands between two rounds. */
interface Stand {
  /** The tasks that go on: still running, still ours. */
  readonly held: readonly HeldTask[];
  readonly budget: DayBudget | null;
}

/** Runs one turn of some tasks in rounds: each asks one window of every task at once and stores all answers together. */
@Injectable()
export class TurnService implements OnModuleDestroy {
  private readonly logger = new Logger(TurnService.name);
  private isStopping = false;

  constructor(
    private readonly tasks: TaskRepository,
    private readonly planner: RoundPlanner,
    private readonly caller: WindowCaller,
    private readonly writer: RoundWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Does nothing with tasks that another turn carries.
   * @param roundLimit the most windows each task may ask before it goes back to its merchant's line
   */
  async run(turn: Turn, roundLimit: number): Promise<void> {
    const owner = randomUUID();
    const began = performance.now();
    const rounds = roundsOf(roundLimit, Math.random());
    let stand: Stand = { held: await this.tasks.take(turn.turnId, turn.taskIds, owner, LEASE_MS), budget: null };
    const heartbeat = setInterval(() => {
      if (performance.now() - began < MAX_TURN_MS) void this.prolong(owner, turn.taskIds);
    }, PROLONG_EVERY_MS);
    try {
      for (let round = 1; stand.held.length > 0; round++) {
        stand = await this.runRound(stand, owner, () => this.isStopping || round >= rounds);
      }
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** The process ends: turns give their tasks back after the round they are in. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async prolong(owner: string, ids: readonly number[]): Promise<void> {
    try {
      await this.tasks.prolong(owner, ids, LEASE_MS);
    } catch (err) {
      this.logger.warn({ msg: 'leases not prolonged', err });
    }
  }

  private async runRound(stand: Stand, owner: string, isLast: () => boolean): Promise<Stand> {
    const plan = await this.planner.plan(stand.held, this.clock.now(), stand.budget);
    const { tasks: held, budget } = plan;
    const asked = await Promise.all(
      plan.asks.map(async (ask) => ({ ...ask, outcome: await this.caller.call(ask.account, ask.window) })),
    );
    const now = this.clock.now();
    const updates = [...plan.updates, ...asked.map((one) => afterWindow(one, now, Math.random()))];
    alertUnexpected(this.logger, asked);
    const lane = laneOf(held);
    const written = isLast() ? updates.map((update) => yielded(update, lane)) : updates;
    const isWhole = await this.store(roundOf(held, asked, written), now);
    const going = goingOn(held, written);
    if (isWhole) return { held: going, budget };
    await this.tasks.letGo(
      owner,
      held.map(({ id }) => id),
    );
    return { held: await this.tasks.stillHeld(going, owner), budget };
  }

  /** A database that restarts is waited for: what WeChat answered is not asked for again. */
  private async store(round: Round, now: Date): Promise<boolean> {
    const began = performance.now();
    for (;;) {
      try {
        return await this.writer.store(round, now);
      } catch (error) {
        const isAway = error instanceof AppError && error.kind === 'unavailable';
        if (!isAway || this.isStopping || performance.now() - began > STORE_PATIENCE_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS));
      }
    }
  }
}

function goingOn(held: readonly HeldTask[], updates: readonly TaskUpdate[]): HeldTask[] {
  const running = new Map(updates.filter(({ state }) => state === 'running').map((update) => [update.id, update]));
  return held.flatMap((task) => {
    const update = running.get(task.id);
    if (!update) return [];
    const { cursor, attempts, emptyWindows, emptyTo } = update;
    return [{ ...task, version: task.version + 1, cursor, attempts, emptyWindows, emptyTo }];
  });
}
