import { type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A stored day as a report reads it. */
export interface StoredDay {
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number | null;
  readonly state: number;
}

@Injectable()
export class SeriesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One account's rows of a range, oldest first: one clustered range, at most 366 rows a year. */
  async days(accountId: number, from: ShanghaiDate, to: ShanghaiDate): Promise<StoredDay[]> {
    return this.dataSource.query<StoredDay[]>(
      `SELECT ref_date AS refDate, cumulate_user AS cumulateUser, state FROM daily_cumulate
       WHERE account_id = ? AND ref_date BETWEEN ? AND ? ORDER BY ref_date`,
      [accountId, from, to],
    );
  }
}
