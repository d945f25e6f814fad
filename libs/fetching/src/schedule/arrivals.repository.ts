import { type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type DayRange } from '../window-policy';

/** The newest daily run's fetch of a platform. */
export interface DailyFetch extends DayRange {
  readonly id: string;
  readonly platformId: string;
  readonly createdAt: Date;
}

/** These accounts, or a page of all. */
export type Among = { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number };

/** Near the gate's own conditions, so that few accounts are looked at in vain; the gate decides. */
const MAY_BE_OPEN = `a.state = 'authorized'
  AND EXISTS (SELECT 1 FROM account_permission p WHERE p.account_id = a.id AND p.set_id = 2)`;
/** In the column's own character set: otherwise the unique index on origin is not used. */
const BACKFILL_ORIGIN = "CONVERT(CONCAT('backfill:', a.id) USING ascii) COLLATE ascii_bin";

/** Accounts that came after what is done for all: no backfill yet, not in today's run, days to probe. */
@Injectable()
export class ArrivalsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Accounts that may be asked for and have no backfill, where it is not switched off; in the order of ids. */
  async withoutBackfill(among: Among): Promise<{ readonly id: number; readonly hasDailyRun: boolean }[]> {
    const { sql, params } = narrowed(among);
    const rows = await this.dataSource.query<{ id: number; daily: number }[]>(
      `SELECT a.id, EXISTS (SELECT 1 FROM schedule d
           WHERE d.platform_id = a.platform_id AND d.kind = 'daily' AND d.enabled = 1) AS daily
       FROM account a WHERE ${MAY_BE_OPEN} AND NOT EXISTS (SELECT 1 FROM \`fetch\` f WHERE f.origin = ${BACKFILL_ORIGIN})
         AND NOT EXISTS (SELECT 1 FROM schedule s
           WHERE s.platform_id = a.platform_id AND s.kind = 'backfill' AND s.enabled = 0)
         AND ${sql}`,
      params,
    );
    return rows.map(({ id, daily }) => ({ id, hasDailyRun: Number(daily) === 1 }));
  }

  /** Accounts that may be asked for and have no part in a fetch of their platform; in the order of ids. */
  async outsideOf(fetch: DailyFetch, among: Among): Promise<number[]> {
    const { sql, params } = narrowed(among);
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT a.id FROM account a WHERE a.platform_id = ? AND ${MAY_BE_OPEN}
         AND NOT EXISTS (SELECT 1 FROM fetch_task t WHERE t.fetch_id = ? AND t.account_id = a.id) AND ${sql}`,
      [fetch.platformId, fetch.id, ...params],
    );
    return rows.map(({ id }) => id);
  }

  /** The fetch of each platform's newest daily run, where daily runs are on and nobody cancelled it. */
  async newestDaily(platformId?: string): Promise<DailyFetch[]> {
    return this.dataSource.query<DailyFetch[]>(
      `SELECT f.id, s.platform_id AS platformId, f.from_date AS \`from\`, f.to_date AS \`to\`, f.created_at AS createdAt
       FROM schedule s JOIN schedule_run r ON r.schedule_id = s.id
         AND r.due_at = (SELECT MAX(n.due_at) FROM schedule_run n WHERE n.schedule_id = s.id)
       JOIN \`fetch\` f ON f.id = r.fetch_id
       WHERE s.kind = 'daily' AND s.enabled = 1 AND f.cancelled_at IS NULL
         ${platformId === undefined ? '' : 'AND s.platform_id = ?'}`,
      platformId === undefined ? [] : [platformId],
    );
  }

  /** The newest day with a row, by account. */
  async newestStored(accountIds: readonly number[]): Promise<Map<number, ShanghaiDate>> {
    if (accountIds.length === 0) return new Map();
    const rows = await this.dataSource.query<{ id: number; day: ShanghaiDate }[]>(
      'SELECT account_id AS id, MAX(ref_date) AS day FROM daily_cumulate WHERE account_id IN (?) GROUP BY account_id',
      [accountIds],
    );
    return new Map(rows.map(({ id, day }) => [id, day]));
  }

  async dueProbes(now: Date, limit: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      'SELECT id FROM account WHERE probe_at <= ? ORDER BY probe_at, id LIMIT ?',
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** False when another process took it. */
  async takeProbe(manager: EntityManager, accountId: number, now: Date): Promise<boolean> {
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      'UPDATE account SET probe_at = NULL WHERE id = ? AND probe_at <= ?',
      [accountId, now],
    );
    return affectedRows === 1;
  }
}

function narrowed(among: Among): { readonly sql: string; readonly params: unknown[] } {
  if ('ids' in among) return { sql: 'a.id IN (?) ORDER BY a.id', params: [among.ids] };
  return { sql: 'a.id > ? ORDER BY a.id LIMIT ?', params: [among.after, among.limit] };
}
