import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

const SWEPT = 1_000;
const TURNS = 200;

/** Finds what Redis lost and what dead workers held. Ages and leases are real time, by the database's clock. */
@Injectable()
export class SweepRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Turns whose tasks are queued for longer than `queuedMs`, the oldest first. */
  async waitingTurns(queuedMs: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ turnId: string }[]>(
      `SELECT turn_id AS turnId FROM fetch_task WHERE queued_at < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND AND state = 'queued'
       GROUP BY turn_id ORDER BY MIN(queued_at) LIMIT ${TURNS}`,
      [queuedMs * 1_000],
    );
    return rows.map(({ turnId }) => turnId);
  }

  /** Tasks of turns that no job carries stand in line again. How many. */
  async backInLine(manager: EntityManager, turnIds: readonly string[], now: Date): Promise<number> {
    if (turnIds.length === 0) return 0;
    const rows = await manager.query<{ id: number }[]>(
      "SELECT id FROM fetch_task WHERE queued_at IS NOT NULL AND state = 'queued' AND turn_id IN (?) FOR UPDATE SKIP LOCKED",
      [turnIds],
    );
    return this.planAnew(manager, rows, now);
  }

  /** Tasks whose holder is gone stand in line again; of cancelled ones the appid is free. How many. */
  async freeOfDead(manager: EntityManager, now: Date): Promise<number> {
    const rows = await manager.query<{ id: number; state: string }[]>(
      `SELECT id, state FROM fetch_task WHERE lease_until <= UTC_TIMESTAMP(3) LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED`,
    );
    const over = rows.filter(({ state }) => state !== 'running').map(({ id }) => id);
    if (over.length > 0)
      await manager.query(
        'UPDATE fetch_task SET in_flight = NULL, lease_owner = NULL, lease_until = NULL WHERE id IN (?)',
        [over],
      );
    const held = rows.filter(({ state }) => state === 'running');
    return over.length + (await this.planAnew(manager, held, now));
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
