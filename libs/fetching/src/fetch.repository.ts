import { reachFilter, type Reach, type SqlFilter } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { WAITS, type TaskState } from './task-states';

export interface FetchRow {
  readonly id: string;
  readonly merchantId: string | null;
  readonly scope: string;
  readonly from: string;
  readonly to: string;
  readonly refetch: boolean;
  readonly createdAt: Date;
}

export interface NewFetch extends FetchRow {
  readonly providerId: string;
  readonly requestedBy: string;
}

export interface NewTask {
  readonly accountId: number;
  readonly turnKey: string;
  readonly state: TaskState;
  readonly because: string | null;
  readonly nextAttemptAt: Date;
}

/** A task as a person sees it; `id` only orders them. */
export interface TaskRow {
  readonly id: number;
  readonly accountId: string;
  readonly appid: string;
  readonly state: TaskState;
  readonly because: string | null;
  readonly nextAttemptAt: Date;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly endedAt: Date | null;
}

const INSERT_CHUNK = 1_000;
const COLUMNS =
  'id, merchant_id AS merchantId, scope, from_date AS `from`, to_date AS `to`, refetch, created_at AS createdAt';

/** What was asked for, and how far it came. */
@Injectable()
export class FetchRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Repeatable: after a commit of unknown outcome the transaction comes again, and may find its fetch stored. */
  async insert(manager: EntityManager, fetch: NewFetch, tasks: readonly NewTask[]): Promise<void> {
    const [stored] = await manager.query<object[]>('SELECT id FROM `fetch` WHERE id = ?', [fetch.id]);
    if (stored) return;
    await manager.query(
      `INSERT INTO \`fetch\` (id, provider_id, merchant_id, requested_by, scope, from_date, to_date, refetch,
         created_at, expanded_at) VALUES (?)`,
      [
        [
          ...[fetch.id, fetch.providerId, fetch.merchantId, fetch.requestedBy, fetch.scope],
          ...[fetch.from, fetch.to, fetch.refetch ? 1 : 0, fetch.createdAt, fetch.createdAt],
        ],
      ],
    );
    for (let at = 0; at < tasks.length; at += INSERT_CHUNK) {
      await manager.query(
        `INSERT INTO fetch_task (fetch_id, account_id, turn_key, from_date, to_date, refetch, state, line, reason,
           next_attempt_at, created_at) VALUES ?`,
        [
          tasks
            .slice(at, at + INSERT_CHUNK)
            .map((task) => [
              ...[fetch.id, task.accountId, task.turnKey, fetch.from, fetch.to, fetch.refetch ? 1 : 0],
              ...[task.state, WAITS, task.because, task.nextAttemptAt, fetch.createdAt],
            ]),
        ],
      );
    }
  }

  /** Newest first. A merchant's person sees fetches of that merchant; a provider's all of the provider's. */
  async list(reach: Reach, limit: number, before: string | null): Promise<FetchRow[]> {
    const filter = visible(reach);
    const rows = await this.dataSource.query<(Omit<FetchRow, 'refetch'> & { refetch: number })[]>(
      `SELECT ${COLUMNS} FROM \`fetch\` WHERE ${filter.sql} ${before === null ? '' : 'AND id < ?'} ORDER BY id DESC LIMIT ?`,
      [...filter.params, ...(before === null ? [] : [before]), limit],
    );
    return rows.map((row) => ({ ...row, refetch: row.refetch === 1 }));
  }

  async find(reach: Reach, id: string): Promise<FetchRow | null> {
    const filter = visible(reach);
    const [row] = await this.dataSource.query<(Omit<FetchRow, 'refetch'> & { refetch: number })[]>(
      `SELECT ${COLUMNS} FROM \`fetch\` WHERE id = ? AND ${filter.sql}`,
      [id, ...filter.params],
    );
    return row ? { ...row, refetch: row.refetch === 1 } : null;
  }

  async countStates(ids: readonly string[]): Promise<Map<string, Partial<Record<TaskState, number>>>> {
    const counts = new Map<string, Partial<Record<TaskState, number>>>(ids.map((id) => [id, {}]));
    if (ids.length === 0) return counts;
    const rows = await this.dataSource.query<{ id: string; state: TaskState; n: number }[]>(
      'SELECT fetch_id AS id, state, COUNT(*) AS n FROM fetch_task WHERE fetch_id IN (?) GROUP BY fetch_id, state',
      [ids],
    );
    for (const { id, state, n } of rows) counts.set(id, { ...counts.get(id), [state]: n });
    return counts;
  }

  async tasks(fetchId: string, limit: number, after: number): Promise<TaskRow[]> {
    return this.dataSource.query<TaskRow[]>(
      `SELECT t.id, a.public_id AS accountId, a.appid, t.state, t.reason AS because, t.next_attempt_at AS nextAttemptAt,
         t.last_errcode AS errcode, t.last_rid AS rid, t.ended_at AS endedAt
       FROM fetch_task t JOIN account a ON a.id = t.account_id WHERE t.fetch_id = ? AND t.id > ? ORDER BY t.id LIMIT ?`,
      [fetchId, after, limit],
    );
  }
}

/**
 * A provider's people see its fetches; a merchant's see those of their merchant, and one over several merchants when all of
 * it is theirs.
 */
function visible(reach: Reach): SqlFilter {
  const whole = reachFilter(reach, { provider: 'provider_id', merchant: 'merchant_id' });
  if (reach.merchantIds.length < 2) return whole;
  const ids = reach.merchantIds;
  return {
    sql: `(${whole.sql} OR (merchant_id IS NULL
      AND provider_id IN (SELECT m.provider_id FROM merchant m WHERE m.id IN (?))
      AND NOT EXISTS (SELECT 1 FROM fetch_task t JOIN account a ON a.id = t.account_id
        WHERE t.fetch_id = \`fetch\`.id AND (a.merchant_id IS NULL OR a.merchant_id NOT IN (?)))))`,
    params: [...whole.params, ids, ids],
  };
}
