import { Injectable } from '@nestjs/common';
import { Clock, shanghaiDay } from '@app/kernel';
import { DataSource } from 'typeorm';
import { type PlatformCounterName } from './platform-counter.entity';

export interface Counted {
  readonly platformId: string;
  readonly name: PlatformCounterName;
}

/** Counts per platform and Shanghai day or month, shared by all processes. */
@Injectable()
export class PlatformCounterRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async count(counted: Counted, per: 'day' | 'month'): Promise<number> {
    const rows = await this.dataSource.query<{ count: number }[]>(
      'SELECT count FROM platform_counter WHERE platform_id = ? AND name = ? AND period = ?',
      [counted.platformId, counted.name, this.period(per)],
    );
    return rows[0]?.count ?? 0;
  }

  async add(counted: Counted, per: 'day' | 'month'): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO platform_counter (platform_id, name, period, count, updated_at) VALUES (?, ?, ?, 1, ?)
       ON DUPLICATE KEY UPDATE count = count + 1, updated_at = VALUES(updated_at)`,
      [counted.platformId, counted.name, this.period(per), this.clock.now()],
    );
  }

  /** Counts one more unless `limit` is reached; false when it was. Counted before the call: a lost answer counts too. */
  async take(counted: Counted, per: 'day' | 'month', limit: number): Promise<boolean> {
    const period = this.period(per);
    const at = [counted.platformId, counted.name, period];
    await this.dataSource.query(
      `INSERT INTO platform_counter (platform_id, name, period, count, updated_at) VALUES (?, ?, ?, 0, ?)
       ON DUPLICATE KEY UPDATE count = count`,
      [...at, this.clock.now()],
    );
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE platform_counter SET count = count + 1, updated_at = ?
       WHERE platform_id = ? AND name = ? AND period = ? AND count < ?`,
      [this.clock.now(), ...at, limit],
    );
    return affectedRows === 1;
  }

  /** What was counted before a call that WeChat did not carry out. */
  async giveBack(counted: Counted, per: 'day' | 'month'): Promise<void> {
    await this.dataSource.query(
      `UPDATE platform_counter SET count = count - 1
       WHERE platform_id = ? AND name = ? AND period = ? AND count > 0`,
      [counted.platformId, counted.name, this.period(per)],
    );
  }

  /** WeChat says that the limit is reached, whoever used it up. */
  async exhaust(counted: Counted, per: 'day' | 'month', limit: number): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO platform_counter (platform_id, name, period, count, updated_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE count = GREATEST(count, VALUES(count)), updated_at = VALUES(updated_at)`,
      [counted.platformId, counted.name, this.period(per), limit, this.clock.now()],
    );
  }

  private period(per: 'day' | 'month'): string {
    return shanghaiDay(this.clock.now()).slice(0, per === 'day' ? 10 : 7);
  }
}
