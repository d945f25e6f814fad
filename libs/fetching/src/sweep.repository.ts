import { type SqlFilter } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type TaskState } from './task-states';

/** MariaDB makes a join of a list of 1,000 and more. */
const SWEPT = 500;
const TURNS = 200;

/** Finds what Redis lost and what dead workers held. Ages and leases are real time, by the database's clock. */
@Injectable()
export class SweepRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Turns whose tasks are queued for longer than `queuedMs`, the oldest first. */
  async waitingTurns(queuedMs: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ turnId: string }[]>(
      `SELECT turn_id AS turnId FROM fetch_task WHERE in_flight IS NOT NULL AND state = 'queued'
         AND queued_at < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND
       GROUP BY turn_id ORDER BY MIN(queued_at) LIMIT ${TURNS}`,
      [queuedMs * 1_000],
    );
    return rows.map(({ turnId }) => turnId);
  }

  /** Tasks of turns that no job carries stand in line again. How many, at most 500. */
  async backInLine(manager: EntityManager, turnIds: readonly string[], now: Date): Promise<number> {
    if (turnIds.length === 0) return 0;
    const found = await manager.query<{ id: number }[]>(
      `SELECT id FROM fetch_task WHERE in_flight IS NOT NULL AND state = 'queued' AND turn_id IN (?) LIMIT ${SWEPT}`,
      [turnIds],
    );
    const isStill = { sql: "state = 'queued' AND turn_id IN (?)", params: [turnIds] };
    return this.planAnew(manager, await this.lock(manager, found, isStill), now);
  }

  /** Tasks whose holder is gone stand in line again; of cancelled ones the appid is free. How many, at most 500. */
  async freeOfDead(manager: EntityManager, now: Date): Promise<number> {
    const isOver = 'lease_until <= UTC_TIMESTAMP(3)';
    const found = await manager.query<{ id: number }[]>(
      `SELECT id FROM fetch_task WHERE in_flight IS NOT NULL AND ${isOver} LIMIT ${SWEPT}`,
    );
    const rows = await this.lock(manager, found, { sql: isOver, params: [] });
    const over = rows.filter(({ state }) => state !== 'running').map(({ id }) => id);
    if (over.length > 0)
      await manager.query(
        'UPDATE fetch_task SET in_flight = NULL, lease_owner = NULL, lease_until = NULL WHERE id IN (?)',
        [over],
      );
    const held = rows.filter(({ state }) => state === 'running');
    return over.length + (await this.planAnew(manager, held, now));
  }

  /** Locks those rows that still match, and passes over what others hold. They were found without locks: living turns go on. */
  private async lock(
    manager: EntityManager,
    found: readonly { id: number }[],
    { sql, params }: SqlFilter,
  ): Promise<{ id: number; state: TaskState }[]> {
    if (found.length === 0) return [];
    return manager.query(`SELECT id, state FROM fetch_task WHERE id IN (?) AND ${sql} FOR UPDATE SKIP LOCKED`, [
      found.map(({ id }) => id),
      ...params,
    ]);
  }

  private async planAnew(manager: EntityManager, rows: readonly { id: number }[], now: Date): Promise<number> {
    if (rows.length === 0) return 0;
    await manager.query(
      `UPDATE fetch_task SET state = 'planned', line = lane, next_attempt_at = ?, in_flight = NULL, turn_id = NULL,
         queued_at = NULL, lease_owner = NULL, lease_until = NULL, version = version + 1
       WHERE id IN (?) AND state IN ('queued', 'running')`,
      [now, rows.map(({ id }) => id)],
    );
    return rows.length;
  }
}
