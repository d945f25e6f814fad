import { storedDays, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { Budgets, type SpentCall } from './budget/budgets.service';
import { CumulateRepository, type DayValue } from './cumulate.repository';
import { TaskRepository, type CallRecord, type TaskUpdate } from './task.repository';

/** All that one round of a turn leaves behind. */
export interface Round {
  readonly values: readonly DayValue[];
  readonly calls: readonly CallRecord[];
  readonly updates: readonly TaskUpdate[];
  readonly spent: readonly SpentCall[];
}

/** Stores a round in one transaction: values, call log and task rows stand or fall together. */
@Injectable()
export class TurnRepository {
  constructor(
    private readonly transactions: Transactions,
    private readonly cumulates: CumulateRepository,
    private readonly tasks: TaskRepository,
    private readonly budgets: Budgets,
  ) {}

  /**
   * Values are kept even where the task was cancelled or lost meanwhile: the answer is true all the same.
   * Returns how many of the updates found their task still held.
   */
  async store(round: Round, owner: string, leaseMs: number, now: Date): Promise<number> {
    const kept = await this.transactions.run(async (manager) => {
      await this.cumulates.store(manager, round.values, now);
      await this.tasks.logCalls(manager, round.calls);
      const updated = await this.tasks.update(manager, owner, round.updates, leaseMs);
      await this.budgets.count(manager, round.spent);
      return updated;
    });
    storedDays.inc(round.values.length);
    return kept;
  }
}
