import { type ShanghaiDate } from '@app/kernel';
import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type UnexpandedFetch } from '../asking/fetch-page.repository';

/** The newest daily run's fetch of a platform. */
export interface DailyFetch extends UnexpandedFetch {
  readonly from: ShanghaiDate;
  readonly platformId: string;
  readonly expandedAt: Date | null;
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
    return rows.map(({ id, daily }) => ({ id, hasDailyRun: daily === 1 }));
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
    const rows = await this.dataSource.query<Omit<DailyFetch, 'scope' | 'reach'>[]>(
      `SELECT f.id, f.kind, f.lane, f.from_date AS \`from\`, f.to_date AS \`to\`, f.refetch, f.ignore_before AS ignoreBefore,
         f.created_at AS createdAt, COALESCE(f.starts_at, f.created_at) AS startsAt, f.spread_ms AS spreadMs,
         f.expanded_after AS expandedAfter, f.expanded_at AS expandedAt, s.platform_id AS platformId
       FROM schedule s JOIN schedule_run r ON r.schedule_id = s.id
         AND r.due_at = (SELECT MAX(n.due_at) FROM schedule_run n WHERE n.schedule_id = s.id)
       JOIN \`fetch\` f ON f.id = r.fetch_id
       WHERE s.kind = 'daily' AND s.enabled = 1 AND f.cancelled_at IS NULL
         ${platformId === undefined ? '' : 'AND s.platform_id = ?'}`,
      platformId === undefined ? [] : [platformId],
    );
    return rows.map((row) => ({ ...row, scope: { platform: row.platformId }, reach: null }));
  }

  /** A fetch that was over gets tasks again: what was counted at its end holds no more. False when somebody cancelled it. */
  async reopen(db: Queries, fetchId: string): Promise<boolean> {
    const { affectedRows } = await db.query<{ affectedRows: number }>(
      'UPDATE `fetch` SET over_at = NULL, tally = NULL WHERE id = ? AND cancelled_at IS NULL',
      [fetchId],
    );
    return affectedRows === 1;
  }

  /** The newest stored day before a run's range, of accounts with a part of the run; null: none. In the order of ids. */
  async newestBefore(
    fetch: DailyFetch,
    among: Among,
  ): Promise<{ readonly id: number; readonly day: ShanghaiDate | null }[]> {
    const { sql, params } = narrowed(among);
    return this.dataSource.query(
      `SELECT a.id, (SELECT MAX(d.ref_date) FROM daily_cumulate d WHERE d.account_id = a.id AND d.ref_date < ?) AS day
       FROM fetch_task t JOIN account a ON a.id = t.account_id
       WHERE t.fetch_id = ? AND NOT EXISTS (SELECT 1 FROM schedule s
         WHERE s.platform_id = a.platform_id AND s.kind = 'backfill' AND s.enabled = 0) AND ${sql}`,
      [fetch.from, fetch.id, ...params],
    );
  }

  /** Behind `after`, in the order of ids. */
  async dueProbes(now: Date, after: number, limit: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      'SELECT id FROM account WHERE probe_at <= ? AND id > ? ORDER BY id LIMIT ?',
      [now, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** False when another process took it. */
  async takeProbe(db: Queries, accountId: number, now: Date): Promise<boolean> {
    const { affectedRows } = await db.query<{ affectedRows: number }>(
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
