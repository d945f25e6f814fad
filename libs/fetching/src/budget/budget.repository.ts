import { type ShanghaiDate } from '@app/kernel';
import { type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Lane } from '../task-states';
import { type Used } from './budget-policy';

export interface Count {
  /** An appid, or a platform's id. */
  readonly subject: string;
  readonly day: ShanghaiDate;
  readonly lane: Lane;
  readonly calls: number;
}

export interface Spent {
  readonly used: ReadonlyMap<string, Used>;
  /** What is known of WeChat's limits, by appid. */
  readonly hints: ReadonlyMap<string, LimitHint>;
}

export interface LimitHint {
  /** Null: WeChat did not tell. */
  readonly dailyLimit: number | null;
  readonly askedAt: Date;
}

interface SpentRow {
  readonly subject: string;
  readonly lane: Lane | null;
  readonly n: number | null;
  readonly askedAt: Date | null;
}

const PRUNED = 5_000;

/** Calls made per appid and per platform, by day of Shanghai and lane. */
@Injectable()
export class BudgetRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One statement; in the order of the key, so that two that count the same never wait for each other in a ring. */
  add(batch: Batch, counts: readonly Count[]): void {
    if (counts.length === 0) return;
    batch.later(
      `INSERT INTO call_count (subject, day, lane, calls) VALUES ?
       ON DUPLICATE KEY UPDATE calls = calls + VALUES(calls)`,
      [counts.map(({ subject, day, lane, calls }) => [subject, day, lane, calls])],
    );
  }

  /** What appids and platforms used on a day, with what is known of WeChat's limits; one statement. */
  async spent(appids: readonly string[], platformIds: readonly string[], day: ShanghaiDate): Promise<Spent> {
    const rows = await this.dataSource.query<SpentRow[]>(
      `SELECT subject, lane, calls AS n, NULL AS askedAt FROM call_count WHERE subject IN (?) AND day = ?
       UNION ALL SELECT appid, NULL, daily_limit, asked_at FROM quota_hint WHERE appid IN (?)`,
      [[...appids, ...platformIds, ''], day, [...appids, '']],
    );
    const used = new Map<string, Used>();
    const hints = new Map<string, LimitHint>();
    for (const { subject, lane, n, askedAt } of rows) {
      if (askedAt !== null) hints.set(subject, { dailyLimit: n, askedAt });
      else if (lane !== null) used.set(subject, { ...used.get(subject), [lane]: n ?? 0 });
    }
    return { used, hints };
  }

  /** Until when calls for an appid are paused on all platforms; null: they are not. */
  async pausedUntil(appid: string, now: Date): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ endsAt: Date }[]>(
      'SELECT ends_at AS endsAt FROM appid_pause WHERE appid = ? AND ends_at > ?',
      [appid, now],
    );
    return row?.endsAt ?? null;
  }

  /** Counts of days before this one. How many, at most 5,000. */
  async prune(before: ShanghaiDate): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `DELETE FROM call_count WHERE day < ? ORDER BY day LIMIT ${PRUNED}`,
      [before],
    );
    return affectedRows;
  }
}
