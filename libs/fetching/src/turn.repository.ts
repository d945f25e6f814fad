import { storedDays, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { Budgets } from './budget/budgets.service';
import { DayStore } from './day-store';
import { type Round } from './round';
import { TaskRepository } from './task.repository';

/** Stores a round in one transaction: facts, what accounts' rows say of them, call log and task rows stand or fall together. */
@Injectable()
export class TurnRepository {
  constructor(
    private readonly transactions: Transactions,
    private readonly days: DayStore,
    private readonly tasks: TaskRepository,
    private readonly budgets: Budgets,
  ) {}

  /**
   * What WeChat said is kept even where the task was cancelled or lost meanwhile: it is true all the same.
   * Returns how many of the updates found their task still held.
   */
  async store(round: Round, owner: string, leaseMs: number, now: Date): Promise<number> {
    const kept = await this.transactions.run(async (manager) => {
      await this.days.store(manager, round, now);
      await this.tasks.logCalls(manager, round.calls);
      const updated = await this.tasks.update(manager, owner, round.updates, leaseMs);
      await this.budgets.count(manager, round.spent);
      return updated;
    });
    storedDays.inc(round.values.length);
    return kept;
  }
}
