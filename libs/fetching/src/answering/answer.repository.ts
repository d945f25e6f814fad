import { BatchedTransactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DAY_STATE } from '../daily-cumulate.entity';
import { type DayRange } from '../window-policy';
import { type AskedTask, type StoredCount } from './answer-policy';

/** What is stored, for programs that wait for it: those that ask at the same moment are answered in one trip. */
@Injectable()
export class AnswerRepository {
  constructor(private readonly transactions: BatchedTransactions) {}

  /** The days with a row, oldest first. */
  days(accountId: number, { from, to }: DayRange): Promise<StoredCount[]> {
    return this.transactions.reads.query<StoredCount[]>(
      `SELECT ref_date AS refDate, IF(state = ${DAY_STATE.value}, cumulate_user, NULL) AS cumulateUser FROM daily_cumulate
       WHERE account_id = ? AND ref_date BETWEEN ? AND ? ORDER BY ref_date`,
      [accountId, from, to],
    );
  }

  /** Null: the fetch is gone, or its account has no task yet. */
  async task(fetchId: string, accountId: number): Promise<AskedTask | null> {
    const [task] = await this.transactions.reads.query<AskedTask[]>(
      `SELECT state, reason AS because, next_attempt_at AS nextAttemptAt, last_errcode AS errcode, last_rid AS rid
       FROM fetch_task WHERE fetch_id = ? AND account_id = ?`,
      [fetchId, accountId],
    );
    return task ?? null;
  }

  /** Some task asked for all of these days, and waits until they are worth asking for again. */
  async waitsForData(accountId: number, { from, to }: DayRange, now: Date): Promise<boolean> {
    const rows = await this.transactions.reads.query<unknown[]>(
      `SELECT 1 FROM fetch_task WHERE account_id = ? AND state = 'waiting_data' AND next_attempt_at > ?
         AND from_date <= ? AND to_date >= ? LIMIT 1`,
      [accountId, now, from, to],
    );
    return rows.length > 0;
  }
}
