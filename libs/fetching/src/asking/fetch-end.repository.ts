import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Tally } from '../fetch.repository';
import { FINAL, TASK_STATES } from '../task-states';

const UNFINISHED = TASK_STATES.filter((state) => !FINAL.includes(state));
/** All accounts have their tasks, or get none any more, and nothing is being done to them. */
const SETTLED = '(expanded_at IS NOT NULL OR cancelled_at IS NOT NULL) AND act IS NULL';

/** Fetches that come to their end. */
@Injectable()
export class FetchEndRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Behind `after`, the oldest first. */
  async open(after: string, limit: number): Promise<{ id: string; isOver: boolean }[]> {
    const rows = await this.dataSource.query<{ id: string; isOver: number }[]>(
      `SELECT f.id, ${SETTLED} AND NOT EXISTS (SELECT 1 FROM fetch_task t WHERE t.fetch_id = f.id AND t.state IN (?)) AS isOver
       FROM \`fetch\` f WHERE f.over_at IS NULL AND f.id > ? ORDER BY f.id LIMIT ?`,
      [UNFINISHED, after, limit],
    );
    return rows.map(({ id, isOver }) => ({ id, isOver: isOver === 1 }));
  }

  /** Locks an open fetch: whoever retries it waits. */
  async claim(manager: EntityManager, id: string): Promise<boolean> {
    const rows = await manager.query<object[]>(
      `SELECT id FROM \`fetch\` WHERE id = ? AND over_at IS NULL AND ${SETTLED} FOR UPDATE SKIP LOCKED`,
      [id],
    );
    return rows.length > 0;
  }

  async end(manager: EntityManager, id: string, tally: Tally, now: Date): Promise<void> {
    await manager.query('UPDATE `fetch` SET over_at = ?, tally = ? WHERE id = ?', [now, JSON.stringify(tally), id]);
  }
}
