import { type AccountScope } from '@app/credentials';
import { type Batch } from '@app/platform';
import { type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type NewTask } from './fetch-page-policy';
import { type FetchKind } from '../new-fetch';
import { WAITS, type Lane } from '../task-states';

/** A fetch whose accounts do not all have their task yet. */
export interface UnexpandedFetch {
  readonly id: string;
  readonly kind: FetchKind;
  readonly lane: Lane;
  readonly scope: AccountScope;
  readonly reach: Reach | null;
  readonly from: string;
  readonly to: string;
  readonly refetch: number;
  readonly ignoreBefore: number;
  readonly createdAt: Date;
  readonly startsAt: Date;
  readonly spreadMs: number;
  /** Accounts up to this id have their task. */
  readonly expandedAfter: number;
}

type Row = Omit<UnexpandedFetch, 'scope' | 'reach'> & { readonly scope: string; readonly reach: string | null };

/** Fetches that are expanded page by page. */
@Injectable()
export class FetchPageRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Ids behind `after`, the oldest first: whoever cancelled one wants no more tasks of it. */
  async unexpanded(after: string, limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM `fetch` WHERE expanded_at IS NULL AND cancelled_at IS NULL AND id > ? ORDER BY id LIMIT ?',
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Locks the fetch for one page; null when it needs none, or somebody else is at it. */
  async claim(batch: Batch, id: string): Promise<UnexpandedFetch | null> {
    const [row] = await batch.query<Row[]>(
      `SELECT id, kind, lane, scope, reach, from_date AS \`from\`, to_date AS \`to\`, refetch, ignore_before AS ignoreBefore,
         created_at AS createdAt, COALESCE(starts_at, created_at) AS startsAt, spread_ms AS spreadMs,
         expanded_after AS expandedAfter
       FROM \`fetch\` WHERE id = ? AND expanded_at IS NULL AND cancelled_at IS NULL FOR UPDATE SKIP LOCKED`,
      [id],
    );
    if (!row) return null;
    const reach = row.reach === null ? null : (JSON.parse(row.reach) as Reach);
    return { ...row, scope: JSON.parse(row.scope) as AccountScope, reach };
  }

  /** Repeatable: an account has one task of a fetch. Those that are due stand in line at once. */
  insertTasks(batch: Batch, fetch: UnexpandedFetch, tasks: readonly NewTask[], now: Date): void {
    if (tasks.length === 0) return;
    batch.later(
      `INSERT INTO fetch_task (fetch_id, lane, from_date, to_date, refetch, ignore_before, created_at, account_id, turn_key,
         line, state, reason, next_attempt_at) VALUES ? ON DUPLICATE KEY UPDATE id = fetch_task.id`,
      [
        tasks.map((task) => [
          ...[fetch.id, fetch.lane, fetch.from, fetch.to, fetch.refetch, fetch.ignoreBefore, fetch.createdAt],
          ...[
            task.accountId,
            task.turnKey,
            task.nextAttemptAt <= now ? fetch.lane : WAITS,
            task.state,
            task.because,
            task.nextAttemptAt,
          ],
        ]),
      ],
    );
  }

  /** `expandedAt` is given after the last page. */
  advance(batch: Batch, id: string, expandedAfter: number, expandedAt: Date | null): void {
    batch.later('UPDATE `fetch` SET expanded_after = ?, expanded_at = ? WHERE id = ?', [expandedAfter, expandedAt, id]);
  }
}
