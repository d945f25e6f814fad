import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockPassword } from '../passwords/password-lock';
import { hasSecondFactor } from './has-second-factor';

/** A person's second factor as its owner sees it. */
export interface FactorState {
  readonly since: Date | null;
  /** Recovery codes that can still be used. */
  readonly codesLeft: number;
}

/** Whether there is a second factor, and its end: for that no key is needed. */
@Injectable()
export class FactorStateRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  isOn(userId: string): Promise<boolean> {
    return hasSecondFactor(this.dataSource.manager, userId);
  }

  async get(userId: string): Promise<FactorState> {
    const [row] = await this.dataSource.query<{ since: Date; codesLeft: number }[]>(
      `SELECT f.confirmed_at AS since,
         (SELECT COUNT(*) FROM recovery_code c WHERE c.user_id = f.user_id AND c.used_at IS NULL) AS codesLeft
       FROM second_factor f WHERE f.user_id = ? AND f.confirmed_at IS NOT NULL`,
      [userId],
    );
    return row ? { since: row.since, codesLeft: row.codesLeft } : { since: null, codesLeft: 0 };
  }

  async remove(userId: string): Promise<void> {
    await this.transactions.run(async (manager) => {
      await lockPassword(manager, userId);
      for (const table of ['recovery_code', 'second_factor', 'pending_login'])
        await manager.query(`DELETE FROM ${table} WHERE user_id = ?`, [userId]);
    });
  }
}
