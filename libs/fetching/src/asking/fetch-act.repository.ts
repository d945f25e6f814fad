import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { WAITS } from '../task-states';
import { ACTED, type FetchAct } from './fetch-act-policy';

/** A fetch's row, locked. */
export interface LockedFetch {
  readonly id: string;
  readonly act: FetchAct | null;
  readonly actAfter: number;
  readonly cancelledAt: Date | null;
  readonly expandedAt: Date | null;
}

const COLUMNS = 'id, act, act_after AS actAfter, cancelled_at AS cancelledAt, expanded_at AS expandedAt';
const PAGE_TASKS = 1_000;

/** What each act makes of a task. A cancelled one that runs keeps its appid and its lease: a call may be on its way. */
const CHANGES: Readonly<Record<FetchAct, string>> = {
  // Assignments run left to right, and see what those before them set: state comes last.
  cancel: `in_flight = IF(state = 'running', in_flight, NULL), turn_id = IF(state = 'running', turn_id, NULL), line = NULL,
    queued_at = NULL, reason = 'cancelled', ended_at = ?, version = version + 1, state = 'cancelled'`,
  retry: `next_attempt_at = ?, line = ${WAITS}, reason = NULL, attempts = 0, passes = 0, empty_windows = 0, empty_to = NULL, unclear_days = 0,
    cursor_date = NULL,
    from_date = (SELECT f.from_date FROM \`fetch\` f WHERE f.id = fetch_task.fetch_id), ended_at = NULL, turn_id = NULL,
    version = version + 1, state = 'planned'`,
};

/** Cancels and retries tasks of a fetch page by page. */
@Injectable()
export class FetchActRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Fetches whose tasks are being cancelled or retried, the oldest first. */
  async inProgress(limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM `fetch` WHERE act IS NOT NULL ORDER BY id LIMIT ?',
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Waits for whoever is at it; with `skip` it is null then. */
  async lock(manager: EntityManager, id: string, skip = false): Promise<LockedFetch | null> {
    const [row] = await manager.query<LockedFetch[]>(
      `SELECT ${COLUMNS} FROM \`fetch\` WHERE id = ? FOR UPDATE ${skip ? 'SKIP LOCKED' : ''}`,
      [id],
    );
    return row ?? null;
  }

  async hasTasks(manager: EntityManager, id: string, act: FetchAct): Promise<boolean> {
    const rows = await manager.query<object[]>('SELECT 1 FROM fetch_task WHERE fetch_id = ? AND state IN (?) LIMIT 1', [
      id,
      ACTED[act],
    ]);
    return rows.length > 0;
  }

  async begin(manager: EntityManager, id: string, act: FetchAct, now: Date): Promise<void> {
    await manager.query(
      'UPDATE `fetch` SET act = ?, act_after = 0, cancelled_at = ?, over_at = NULL, tally = NULL WHERE id = ?',
      [act, act === 'cancel' ? now : null, id],
    );
  }

  /** The next tasks of the fetch, in the order of their accounts; after the last ones the act is done. */
  async page(manager: EntityManager, id: string, act: FetchAct, after: number, now: Date): Promise<void> {
    const rows = await manager.query<{ accountId: number }[]>(
      `SELECT account_id AS accountId FROM fetch_task WHERE fetch_id = ? AND account_id > ? ORDER BY account_id
       LIMIT ${PAGE_TASKS}`,
      [id, after],
    );
    const last = rows.at(-1)?.accountId ?? after;
    await manager.query(
      `UPDATE fetch_task SET ${CHANGES[act]} WHERE fetch_id = ? AND account_id > ? AND account_id <= ? AND state IN (?)`,
      [now, id, after, last, ACTED[act]],
    );
    const isLast = rows.length < PAGE_TASKS;
    await manager.query('UPDATE `fetch` SET act = ?, act_after = ? WHERE id = ?', [isLast ? null : act, last, id]);
  }
}
