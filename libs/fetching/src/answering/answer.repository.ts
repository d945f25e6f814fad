import { Gather } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DAY_STATE } from '../daily-cumulate.entity';
import { FINAL } from '../task-states';
import { type DayRange } from '../window-policy';
import { type AskedTask, type StoredCount } from './answer-policy';

const TASKS = `SELECT id, lane, from_date AS \`from\`, to_date AS \`to\`, state, reason AS because, next_attempt_at AS nextAttemptAt,
  last_errcode AS errcode, last_rid AS rid FROM fetch_task`;

/** What is stored, for programs that wait for it: those that ask at the same moment are answered in one trip. */
@Injectable()
export class AnswerRepository {
  private readonly looks = new Gather((ids: readonly number[]) => this.look(ids));

  constructor(private readonly transactions: BatchedTransactions) {}

  /** The days with a row, oldest first. */
  days(accountId: number, { from, to }: DayRange): Promise<StoredCount[]> {
    return this.transactions.reads.query<StoredCount[]>(
      `SELECT ref_date AS refDate, IF(state = ${DAY_STATE.value}, cumulate_user, NULL) AS cumulateUser FROM daily_cumulate
       WHERE account_id = ? AND ref_date BETWEEN ? AND ? ORDER BY ref_date`,
      [accountId, from, to],
    );
  }

  /** Tasks of an account that cover the days and are not over, the most urgent first; the first 50. */
  async openTasks(accountId: number, { from, to }: DayRange): Promise<AskedTask[]> {
    return this.transactions.reads.query<AskedTask[]>(
      `${TASKS} WHERE account_id = ? AND from_date <= ? AND to_date >= ? AND state NOT IN (?) ORDER BY lane, id DESC LIMIT 50`,
      [accountId, from, to, FINAL],
    );
  }

  /** Null: the fetch is gone, or its account has no task yet. */
  async taskOf(fetchId: string, accountId: number): Promise<AskedTask | null> {
    const sql = `${TASKS} WHERE fetch_id = ? AND account_id = ?`;
    const [task] = await this.transactions.reads.query<AskedTask[]>(sql, [fetchId, accountId]);
    return task ?? null;
  }

  /** All who look at tasks at the same time look together. Null: the task is gone. */
  async task(id: number): Promise<AskedTask | null> {
    return (await this.looks.ask([id])).get(id) ?? null;
  }

  private async look(ids: readonly number[]): Promise<ReadonlyMap<number, AskedTask>> {
    const tasks = await this.transactions.reads.query<AskedTask[]>(`${TASKS} WHERE id IN (?)`, [[...new Set(ids)]]);
    return new Map(tasks.map((task) => [task.id, task]));
  }
}
