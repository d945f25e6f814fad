import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CumulateRepository, type AccountRange, type KnownDays } from '../cumulate.repository';
import { type DayRange } from '../window-policy';
import { type StoredDay } from './coverage-policy';

/** Which days of accounts have a row. */
@Injectable()
export class DaySpansRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cumulates: CumulateRepository,
  ) {}

  knownDays(ranges: readonly AccountRange[]): Promise<KnownDays> {
    return this.cumulates.knownDays(ranges);
  }

  /** How many days of each range have a row; accounts that have none are left out. One statement. */
  async countDays(ranges: readonly AccountRange[]): Promise<Map<number, number>> {
    if (ranges.length === 0) return new Map();
    const rows = await this.dataSource.query<{ accountId: number; n: number }[]>(
      `SELECT v.account_id AS accountId, COUNT(*) AS n
       FROM JSON_TABLE(?, '$[*]' COLUMNS (account_id INT UNSIGNED PATH '$[0]', from_date DATE PATH '$[1]',
         to_date DATE PATH '$[2]')) v
       STRAIGHT_JOIN daily_cumulate d ON d.account_id = v.account_id AND d.ref_date BETWEEN v.from_date AND v.to_date
       GROUP BY v.account_id`,
      [JSON.stringify(ranges.map(({ accountId, from, to }) => [accountId, from, to]))],
    );
    return new Map(rows.map(({ accountId, n }) => [accountId, n]));
  }

  /** Of one account, the oldest first. */
  async storedDays(accountId: number, { from, to }: DayRange): Promise<StoredDay[]> {
    return this.dataSource.query<StoredDay[]>(
      `SELECT ref_date AS day, state FROM daily_cumulate WHERE account_id = ? AND ref_date BETWEEN ? AND ?
       ORDER BY ref_date`,
      [accountId, from, to],
    );
  }
}
