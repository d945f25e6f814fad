import { shanghaiDay, shanghaiInstant } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { WAITS } from '../task-states';

/** What openapi/quota/get said: of all systems that call for the appid, and it lags. */
export interface Hint {
  readonly dailyLimit: number;
  readonly used: number;
  readonly readAt: Date;
}

/** What WeChat told of an appid's daily limit, and whether it may be asked today. */
@Injectable()
export class QuotaHintRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** True for one caller an appid and day of Shanghai; a clock set back gives no second one. */
  async claim(appid: string, now: Date): Promise<boolean> {
    await this.dataSource.query("INSERT IGNORE INTO quota_hint (appid, asked_at) VALUES (?, '2000-01-01')", [appid]);
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE quota_hint SET asked_at = ? WHERE appid = ? AND asked_at < ?',
      [now, appid, shanghaiInstant(shanghaiDay(now))],
    );
    return affectedRows === 1;
  }

  async store(appid: string, { dailyLimit, used, readAt }: Hint): Promise<void> {
    await this.dataSource.query('UPDATE quota_hint SET daily_limit = ?, used = ?, read_at = ? WHERE appid = ?', [
      dailyLimit,
      used,
      readAt,
      appid,
    ]);
  }

  async find(appid: string): Promise<Hint | null> {
    const [row] = await this.dataSource.query<Hint[]>(
      `SELECT daily_limit AS dailyLimit, used, read_at AS readAt FROM quota_hint WHERE appid = ? AND read_at IS NOT NULL`,
      [appid],
    );
    return row ?? null;
  }

  /** The cap may be higher now: what waits for tomorrow's budget looks again. How many tasks. */
  async resume(appid: string, now: Date): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE fetch_task t JOIN account a ON a.id = t.account_id SET t.next_attempt_at = ?, t.version = t.version + 1
       WHERE a.appid = ? AND t.state = 'waiting_quota' AND t.reason = 'day_budget_used' AND t.line = ${WAITS}`,
      [now, appid],
    );
    return affectedRows;
  }
}
