import { BatchedTransactions, databaseErrorCode, storedDays, type Written } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { Budgets } from './budget/budgets.service';
import { DayStore } from './day-store';
import { type Round } from './round';
import { RoundNewsRepository, type RoundNews } from './round-news.repository';
import { TaskRepository } from './task.repository';

/** Stores rounds in one transaction: facts, what accounts' rows say of them, call log and task rows stand or fall together. */
@Injectable()
export class TurnRepository {
  constructor(
    private readonly transactions: BatchedTransactions,
    private readonly days: DayStore,
    private readonly tasks: TaskRepository,
    private readonly budgets: Budgets,
    private readonly news: RoundNewsRepository,
  ) {}

  /**
   * What WeChat said is kept even where the task was cancelled or lost meanwhile: it is true all the same.
   * Returns whether all of the updates found their task still held.
   */
  async store(round: Round, now: Date): Promise<boolean> {
    const news = await this.news.wanted();
    const written = await this.write(round, now, news).catch((error: unknown) => {
      if (databaseErrorCode(error) !== 'ER_DUP_ENTRY') throw error;
      // A day that no row was seen of has one by now: all days are compared.
      return this.write(
        { ...round, values: round.values.map((value) => ({ ...value, isNew: false })) },
        now,
        news,
        round,
      );
    });
    storedDays.inc(round.values.length);
    return written.reduce((sum, { affectedRows }) => sum + affectedRows, 0) === round.updates.length;
  }

  /** @param told the round as it was when it was asked: its new days are told, whoever stored them first */
  private write(round: Round, now: Date, news: RoundNews, told: Round = round): Promise<readonly Written[]> {
    return this.transactions.run(async (batch) => {
      await this.days.store(batch, round, now);
      this.tasks.logCalls(batch, round.calls);
      const updated = this.tasks.update(batch, round.updates);
      this.news.tell(batch, told, news, now);
      this.budgets.count(batch, round.spent);
      return updated;
    });
  }
}
