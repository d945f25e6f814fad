import { type DayRange } from '@app/fetching';
import { type ShanghaiDate } from '@app/kernel';
import { AbortableQueries } from '@app/platform';
import { Injectable } from '@nestjs/common';

/** A stored day as a report reads it. */
export interface StoredDay {
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number | null;
  readonly state: number;
}

const DAY = "CRC32(CONCAT_WS('|', account_id, ref_date, state, revision, cumulate_user))";

@Injectable()
export class SeriesRepository {
  constructor(private readonly queries: AbortableQueries) {}

  /** One account's rows of a range, oldest first: one clustered range, at most 366 rows a year. */
  async days(accountId: number, { from, to }: DayRange, signal: AbortSignal): Promise<StoredDay[]> {
    return this.queries.query<StoredDay[]>(
      signal,
      `SELECT ref_date AS refDate, cumulate_user AS cumulateUser, state FROM daily_cumulate
       WHERE account_id = ? AND ref_date BETWEEN ? AND ? ORDER BY ref_date`,
      [accountId, from, to],
    );
  }

  /**
   * A text that differs when any stored day of the range does. States and revisions only grow, so one more, one later state
   * and one correction each change a sum; the checksums hold for all else, such as rows that went and others that came.
   */
  async version(accountIds: readonly number[], { from, to }: DayRange, signal: AbortSignal): Promise<string> {
    const rows = await this.queries.query<object[]>(
      signal,
      `SELECT COUNT(*) AS n, SUM(state) AS states, SUM(revision) AS revisions, SUM(${DAY}) AS total, BIT_XOR(${DAY}) AS mixed
       FROM daily_cumulate WHERE account_id IN (?) AND ref_date BETWEEN ? AND ?`,
      [accountIds, from, to],
    );
    return JSON.stringify(rows[0]);
  }
}
