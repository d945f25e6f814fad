import { storedDays, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { Budgets } from './budget/budgets.service';
import { DayStore } from './day-store';
import { type Round } from './round';
import { TaskRepository } from './task.repository';

/** Stores rounds in one transaction: facts, what accounts' rows say of them, call log and task rows stand or fall together. */
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
   * Returns whether all of the updates found their task still held.
   */
  async store(round: Round, now: Date): Promise<boolean> {
    const kept = await this.transactions.run(async (manager) => {
      await this.days.store(manager, round, now);
      await this.tasks.logCalls(manager, round.calls);
      const updated = await this.tasks.update(manager, round.updates);
      await this.budgets.count(manager, round.spent);
      return updated;
    });
    storedDays.inc(round.values.length);
    return kept === round.updates.length;
  }
}
