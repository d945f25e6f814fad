import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLAIMABLE } from './task-policy';

const SWEPT = 1_000;

export interface DueTask {
  readonly id: number;
  readonly accountId: number;
  readonly dueAt: Date;
}

/** What waits in MySQL for its turn. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly dataSource: DataSource) {}

  async countQueued(): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM fetch_task WHERE state = 'queued'",
    );
    return row?.n ?? 0;
  }

  /** Those who have something due, one entry each: the index gives the first due time of every key without reading its tasks. */
  async dueTurnKeys(now: Date): Promise<string[]> {
    const rows = await this.dataSource.query<{ turnKey: string; due: Date }[]>(
      CLAIMABLE.map(
        (state) =>
          `SELECT turn_key AS turnKey, MIN(next_attempt_at) AS due FROM fetch_task WHERE state = '${state}' GROUP BY turn_key`,
      ).join(' UNION ALL '),
    );
    return [...new Set(rows.filter(({ due }) => due <= now).map(({ turnKey }) => turnKey))];
  }

  /**
   * The first due tasks of one key, whatever they wait for, one an account, locked with their accounts; what another
   * dispatcher holds is skipped. Accounts with a task queued or running are left out: one call is in flight an appid.
   */
  async lockDue(manager: EntityManager, turnKey: string, now: Date, limit: number): Promise<DueTask[]> {
    const due: DueTask[] = [];
    for (const state of CLAIMABLE) {
      due.push(
        ...(await manager.query<DueTask[]>(
          `SELECT t.id, t.account_id AS accountId, t.next_attempt_at AS dueAt
           FROM fetch_task t JOIN account a ON a.id = t.account_id
           WHERE t.state = ? AND t.turn_key = ? AND t.next_attempt_at <= ?
             AND NOT EXISTS (SELECT 1 FROM fetch_task b WHERE b.account_id = t.account_id AND b.state IN ('queued', 'running'))
           ORDER BY t.next_attempt_at, t.id LIMIT ? FOR UPDATE SKIP LOCKED`,
          [state, turnKey, now, limit],
        )),
      );
    }
    due.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || a.id - b.id);
    const busy = await this.busyAccounts(manager, due);
    const taken = new Set(busy);
    return due.filter(({ accountId }) => !taken.has(accountId) && taken.add(accountId)).slice(0, limit);
  }

  /** Asked after the accounts are locked, in a statement of its own: it sees what other dispatchers committed before. */
  private async busyAccounts(manager: EntityManager, due: readonly DueTask[]): Promise<number[]> {
    if (due.length === 0) return [];
    const rows = await manager.query<{ accountId: number }[]>(
      "SELECT DISTINCT account_id AS accountId FROM fetch_task WHERE account_id IN (?) AND state IN ('queued', 'running')",
      [due.map(({ accountId }) => accountId)],
    );
    return rows.map(({ accountId }) => accountId);
  }

  async markQueued(manager: EntityManager, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await manager.query(
      "UPDATE fetch_task SET state = 'queued', queued_at = UTC_TIMESTAMP(3), version = version + 1 WHERE id IN (?)",
      [ids],
    );
  }

  /** What waits for an account's gate or token becomes due. How many tasks. */
  async resume(accountId: number, now: Date): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE fetch_task SET next_attempt_at = ?, version = version + 1
       WHERE account_id = ? AND state IN ('waiting_permission', 'waiting_token') AND next_attempt_at > ?`,
      [now, accountId, now],
    );
    return affectedRows;
  }

  /**
   * `queued` only means "should be in Redis": rows that stayed so for `queuedMs` (real time), and rows whose holder is gone,
   * wait again. Returns how many.
   */
  async reclaim(manager: EntityManager, queuedMs: number, now: Date): Promise<number> {
    const rows = await manager.query<{ id: number }[]>(
      `SELECT id FROM fetch_task WHERE state = 'queued' AND queued_at < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND
       LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED`,
      [queuedMs * 1_000],
    );
    const dead = await manager.query<{ id: number }[]>(
      `SELECT id FROM fetch_task WHERE state = 'running' AND lease_until <= UTC_TIMESTAMP(3)
       LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED`,
    );
    const ids = [...rows, ...dead].map(({ id }) => id);
    if (ids.length === 0) return 0;
    await manager.query(
      `UPDATE fetch_task SET state = 'planned', next_attempt_at = ?, lease_owner = NULL, lease_until = NULL,
         version = version + 1 WHERE id IN (?)`,
      [now, ids],
    );
    return ids.length;
  }
}
