import { type Batch, type Queries } from '@app/platform';
import { type Reach, type SqlFilter, reachFilter } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type FetchKind, type NewFetch } from './new-fetch';
import { type TaskState } from './task-states';

/** A fetch as people see it. */
export interface FetchRow {
  readonly id: string;
  readonly kind: FetchKind;
  readonly merchantId: string | null;
  /** JSON; a long list of accounts is cut, the tasks hold the truth. */
  readonly scope: string;
  readonly from: string;
  readonly to: string;
  readonly refetch: boolean;
  readonly createdAt: Date;
  readonly cancelledAt: Date | null;
}

/** With what only its row knows. */
export interface StoredFetch extends FetchRow {
  readonly expandedAt: Date | null;
  /** What is being done to its tasks, page by page. */
  readonly act: 'cancel' | 'retry' | null;
  /** Of a fetch that is over: nobody counts it again. */
  readonly tally: Tally | null;
}

/** How many tasks are in each state, and the calls made for all of them. */
export interface Tally {
  readonly tasks: Partial<Record<TaskState, number>>;
  readonly calls: number;
}

/** A task as a person sees it; `accountKey` only orders them. */
export interface TaskRow {
  readonly accountKey: number;
  readonly accountId: string;
  readonly appid: string;
  readonly state: TaskState;
  readonly because: string | null;
  readonly nextAttemptAt: Date;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly calls: number;
  readonly endedAt: Date | null;
}

type Row = Omit<StoredFetch, 'refetch' | 'tally'> & { readonly refetch: number; readonly tally: string | null };

const COLUMNS = `id, kind, merchant_id AS merchantId, LEFT(scope, 4000) AS scope, from_date AS \`from\`, to_date AS \`to\`, refetch,
  created_at AS createdAt, cancelled_at AS cancelledAt, expanded_at AS expandedAt, act, tally`;

/** What was asked for, and how far it came. */
@Injectable()
export class FetchRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores a fetch; its tasks follow page by page (FetchExpander). Repeatable: after a commit of unknown outcome it may find
   * its fetch stored, and of one origin there is one fetch. Returns the id of the fetch that is stored.
   */
  async open(batch: Batch, fetch: NewFetch): Promise<string> {
    batch.later(
      `INSERT INTO \`fetch\` (id, kind, lane, scope, reach, origin, provider_id, merchant_id, requested_by, from_date, to_date,
         refetch, ignore_before, starts_at, spread_ms, created_at) VALUES (?) ON DUPLICATE KEY UPDATE id = \`fetch\`.id`,
      [
        [
          ...[fetch.id, fetch.kind, fetch.lane, JSON.stringify(fetch.scope)],
          ...[fetch.reach && JSON.stringify(fetch.reach), fetch.origin, fetch.providerId, fetch.merchantId],
          ...[fetch.requestedBy, fetch.from, fetch.to, fetch.refetch ? 1 : 0, fetch.ignoreBefore ? 1 : 0],
          ...[fetch.startsAt, fetch.spreadMs, fetch.createdAt],
        ],
      ],
    );
    if (fetch.origin === null) return fetch.id;
    const [row] = await batch.query<{ id: string }[]>('SELECT id FROM `fetch` WHERE origin = ?', [fetch.origin]);
    return row?.id ?? fetch.id;
  }

  /** Newest first. A merchant's person sees fetches of that merchant; a provider's all of the provider's. */
  async list(reach: Reach, limit: number, before: string | null): Promise<StoredFetch[]> {
    const filter = visible(reach);
    const rows = await this.dataSource.query<Row[]>(
      `SELECT ${COLUMNS} FROM \`fetch\` WHERE ${filter.sql} ${before === null ? '' : 'AND id < ?'} ORDER BY id DESC LIMIT ?`,
      [...filter.params, ...(before === null ? [] : [before]), limit],
    );
    return rows.map(stored);
  }

  async find(reach: Reach, id: string, db: Queries = this.dataSource): Promise<StoredFetch | null> {
    const filter = visible(reach);
    const [row] = await db.query<Row[]>(`SELECT ${COLUMNS} FROM \`fetch\` WHERE id = ? AND ${filter.sql}`, [
      id,
      ...filter.params,
    ]);
    return row ? stored(row) : null;
  }

  /** Whoever may see it. */
  async findById(id: string): Promise<StoredFetch | null> {
    const [row] = await this.dataSource.query<Row[]>(`SELECT ${COLUMNS} FROM \`fetch\` WHERE id = ?`, [id]);
    return row ? stored(row) : null;
  }

  /** One grouped query for all of them. */
  async tallies(ids: readonly string[], db: Queries = this.dataSource): Promise<Map<string, Tally>> {
    const tallies = new Map<string, Tally>(ids.map((id) => [id, { tasks: {}, calls: 0 }]));
    if (ids.length === 0) return tallies;
    const rows = await db.query<{ id: string; state: TaskState; n: number; calls: string }[]>(
      'SELECT fetch_id AS id, state, COUNT(*) AS n, SUM(calls) AS calls FROM fetch_task WHERE fetch_id IN (?) GROUP BY fetch_id, state',
      [ids],
    );
    for (const { id, state, n, calls } of rows) {
      const tally = tallies.get(id);
      tallies.set(id, { tasks: { ...tally?.tasks, [state]: n }, calls: (tally?.calls ?? 0) + Number(calls) });
    }
    return tallies;
  }

  /** In the order of their accounts. */
  async tasks(fetchId: string, limit: number, after: number): Promise<TaskRow[]> {
    return this.dataSource.query<TaskRow[]>(
      `SELECT t.account_id AS accountKey, a.public_id AS accountId, a.appid, t.state, t.reason AS because,
         t.next_attempt_at AS nextAttemptAt, t.last_errcode AS errcode, t.last_rid AS rid, t.calls, t.ended_at AS endedAt
       FROM fetch_task t JOIN account a ON a.id = t.account_id WHERE t.fetch_id = ? AND t.account_id > ?
       ORDER BY t.account_id LIMIT ?`,
      [fetchId, after, limit],
    );
  }
}

function stored(row: Row): StoredFetch {
  return { ...row, refetch: row.refetch === 1, tally: row.tally === null ? null : (JSON.parse(row.tally) as Tally) };
}

/**
 * A provider's people see its fetches; a merchant's see those of their merchant, and one over several merchants when all of
 * it is theirs. While accounts are still getting their tasks, that is: when whoever asked reached no others.
 */
function visible(reach: Reach): SqlFilter {
  const whole = reachFilter(reach, { provider: 'provider_id', merchant: 'merchant_id' });
  if (reach.merchantIds.length < 2) return whole;
  const ids = reach.merchantIds;
  return {
    sql: `(${whole.sql} OR (merchant_id IS NULL
      AND provider_id IN (SELECT m.provider_id FROM merchant m WHERE m.id IN (?))
      AND (expanded_at IS NOT NULL OR (JSON_LENGTH(reach, '$.providerIds') = 0
        AND JSON_CONTAINS(?, JSON_EXTRACT(reach, '$.merchantIds'))))
      AND NOT EXISTS (SELECT 1 FROM fetch_task t JOIN account a ON a.id = t.account_id
        WHERE t.fetch_id = \`fetch\`.id AND (a.merchant_id IS NULL OR a.merchant_id NOT IN (?)))))`,
    params: [...whole.params, ids, JSON.stringify(ids), ids],
  };
}
