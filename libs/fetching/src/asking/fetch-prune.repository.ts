import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Rows one statement deletes. */
export const PRUNED_ROWS = 1_000;

/** Deletes old rows from the front of a key, a bounded number at once. */
@Injectable()
export class FetchPruneRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Of the first calls in the log, those before `before`. How many. */
  async deleteCalls(before: Date): Promise<number> {
    const rows = await this.dataSource.query<{ id: number; calledAt: Date }[]>(
      'SELECT id, called_at AS calledAt FROM fetch_call ORDER BY id LIMIT ?',
      [PRUNED_ROWS],
    );
    const old = rows.filter(({ calledAt }) => calledAt < before).map(({ id }) => id);
    if (old.length === 0) return 0;
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'DELETE FROM fetch_call WHERE id IN (?)',
      [old],
    );
    return affectedRows;
  }

  /**
   * Fetches that are over since before `before`. A backfill stays: its row, one an account, tells that the account had one.
   */
  async oldFetches(before: Date, limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      "SELECT id FROM `fetch` WHERE over_at < ? AND kind <> 'backfill' ORDER BY over_at LIMIT ?",
      [before, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Some tasks of a fetch; the fetch itself with the last. Whoever retries it meanwhile keeps it. How many tasks. */
  async deleteFetchPart(manager: EntityManager, id: string, before: Date): Promise<number> {
    const fetches = await manager.query<object[]>(
      'SELECT id FROM `fetch` WHERE id = ? AND over_at < ? FOR UPDATE SKIP LOCKED',
      [id, before],
    );
    if (fetches.length === 0) return 0;
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      'DELETE FROM fetch_task WHERE fetch_id = ? ORDER BY account_id LIMIT ?',
      [id, PRUNED_ROWS],
    );
    if (affectedRows < PRUNED_ROWS) await manager.query('DELETE FROM `fetch` WHERE id = ?', [id]);
    return affectedRows;
  }
}
