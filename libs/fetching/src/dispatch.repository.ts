import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLAIMABLE } from './task-policy';

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

  /** The first due tasks of one key whose account has nothing queued or running, locked; rows another dispatcher holds are skipped. */
  async lockDue(
    manager: EntityManager,
    turnKey: string,
    now: Date,
    limit: number,
  ): Promise<{ id: number; accountId: number }[]> {
    const found: { id: number; accountId: number }[] = [];
    for (const state of CLAIMABLE) {
      if (found.length >= limit) break;
      const rows = await manager.query<{ id: number; accountId: number }[]>(
        `SELECT t.id, t.account_id AS accountId FROM fetch_task t
         WHERE t.state = ? AND t.turn_key = ? AND t.next_attempt_at <= ?
           AND NOT EXISTS (SELECT 1 FROM fetch_task b WHERE b.account_id = t.account_id AND b.state IN ('queued', 'running'))
         ORDER BY t.next_attempt_at, t.id LIMIT ? FOR UPDATE SKIP LOCKED`,
        [state, turnKey, now, limit - found.length],
      );
      found.push(...rows);
    }
    return found;
  }

  async markQueued(manager: EntityManager, ids: readonly number[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    await manager.query(
      "UPDATE fetch_task SET state = 'queued', queued_at = ?, version = version + 1 WHERE id IN (?)",
      [now, ids],
    );
  }

  /** `queued` only means "should be in Redis": rows that stayed so too long, and rows whose holder is gone, wait again. */
  async reclaim(queuedBefore: Date, now: Date): Promise<number> {
    const queued = await this.dataSource.query<{ affectedRows: number }>(
      "UPDATE fetch_task SET state = 'planned', next_attempt_at = ?, version = version + 1 WHERE state = 'queued' AND queued_at < ?",
      [now, queuedBefore],
    );
    const running = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE fetch_task SET state = 'planned', next_attempt_at = ?, lease_owner = NULL, lease_until = NULL, version = version + 1
       WHERE state = 'running' AND lease_until <= UTC_TIMESTAMP(3)`,
      [now],
    );
    return queued.affectedRows + running.affectedRows;
  }
}
