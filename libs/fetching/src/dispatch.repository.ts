import { type Batch, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { before, WAITS, type Lane } from './task-states';

export interface Pick {
  readonly id: number;
  readonly turnKey: string;
  readonly appid: string;
}

/** A part of a lane's ring. */
export interface RingPart {
  readonly keys: readonly string[];
  /** Nobody stands behind the last of them. */
  readonly isEnd: boolean;
}

/** Tasks that one job carries. */
export interface Turn {
  readonly turnId: string;
  readonly taskIds: readonly number[];
}

const PROMOTED = 1_000;
const KEYS_A_STATEMENT = 50;
const ENTRIES_A_STEP = 1_000;
const STEPS_A_LOOK = 10;

/** The lines in which tasks wait in MySQL for their turn. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Tasks whose time has come stand in their lane's line from now on. Returns how many, at most 1,000. */
  async promote(batch: Batch, now: Date): Promise<number> {
    const rows = await batch.query<{ id: number }[]>(
      `SELECT id FROM fetch_task WHERE line = ${WAITS} AND next_attempt_at <= ? ORDER BY next_attempt_at
       LIMIT ${PROMOTED} FOR UPDATE SKIP LOCKED`,
      [now],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    batch.later(`UPDATE fetch_task SET line = lane WHERE id IN (?) AND line = ${WAITS}`, [ids]);
    return rows.length;
  }

  /** How many tasks of each lane are queued. */
  async countQueued(db: Queries): Promise<Map<number, number>> {
    const rows = await db.query<{ lane: number; n: number }[]>(
      "SELECT lane, COUNT(*) AS n FROM fetch_task WHERE in_flight IS NOT NULL AND state = 'queued' GROUP BY lane",
    );
    return new Map(rows.map(({ lane, n }) => [lane, n]));
  }

  /**
   * Those who stand in a lane's line, one entry each, in the order of the ring, from behind `after` on. Of those with many
   * tasks no more than a part is passed: a look's work is bounded, however long the line is.
   */
  async nextKeys(db: Queries, lane: Lane, after: string, limit: number): Promise<RingPart> {
    const keys: string[] = [];
    let isEnd = false;
    for (let step = 0; step < STEPS_A_LOOK && keys.length < limit && !isEnd; step++) {
      const rows = await db.query<{ turnKey: string; n: number | string }[]>(
        `SELECT turn_key AS turnKey, COUNT(*) AS n FROM (
           SELECT turn_key FROM fetch_task WHERE line = ? AND turn_key > ? ORDER BY turn_key LIMIT ${ENTRIES_A_STEP}) passed
         GROUP BY turn_key ORDER BY turn_key`,
        [lane, keys.at(-1) ?? after],
      );
      keys.push(...rows.map(({ turnKey }) => turnKey));
      isEnd = rows.reduce((sum, { n }) => sum + Number(n), 0) < ENTRIES_A_STEP;
    }
    return { keys: keys.slice(0, limit), isEnd: isEnd && keys.length <= limit };
  }

  /**
   * The first tasks of each key's line, at most `each`. Those of appids with a task queued or running are passed over: they
   * would not be queued. What a turn gave back stands behind all that waited longer.
   */
  async firstOf(db: Queries, lane: Lane, keys: readonly string[], each: number): Promise<Pick[]> {
    const picks: Pick[] = [];
    for (let from = 0; from < keys.length; from += KEYS_A_STATEMENT) {
      const some = keys.slice(from, from + KEYS_A_STATEMENT);
      const one = `(SELECT t.id, t.turn_key AS turnKey, a.appid FROM fetch_task t JOIN account a ON a.id = t.account_id
        WHERE t.line = ? AND t.turn_key = ? AND NOT EXISTS (SELECT 1 FROM fetch_task b WHERE b.in_flight = a.appid)
        ORDER BY t.next_attempt_at, t.id LIMIT ?)`;
      picks.push(
        ...(await db.query<Pick[]>(
          some.map(() => one).join(' UNION ALL '),
          some.flatMap((key) => [lane, key, each]),
        )),
      );
    }
    return picks;
  }

  /**
   * Moves the turns' tasks out of their line. A task that another dispatcher took, or whose appid got a task in flight
   * meanwhile, is left out: the unique index on in_flight refuses the second one. Ends the
   * transaction. Returns the turns as they came to be.
   */
  async queue(batch: Batch, lane: Lane, turns: readonly Turn[]): Promise<Turn[]> {
    for (const { turnId, taskIds } of turns) {
      batch.later(
        `UPDATE IGNORE fetch_task t JOIN account a ON a.id = t.account_id
         SET t.state = 'queued', t.line = NULL, t.in_flight = a.appid, t.turn_id = ?, t.queued_at = UTC_TIMESTAMP(3),
           t.version = t.version + 1
         WHERE t.id IN (?) AND t.line = ? AND t.state IN (?)`,
        [turnId, taskIds, lane, before('queued')],
      );
    }
    const rows = await batch.last<{ id: number; turnId: string }[]>(
      'SELECT id, turn_id AS turnId FROM fetch_task WHERE id IN (?) AND turn_id IN (?)',
      [turns.flatMap(({ taskIds }) => taskIds), turns.map(({ turnId }) => turnId)],
    );
    const taken = new Map(rows.map(({ id, turnId }) => [id, turnId]));
    return turns.flatMap(({ turnId, taskIds }) => {
      const ours = taskIds.filter((id) => taken.get(id) === turnId);
      return ours.length > 0 ? [{ turnId, taskIds: ours }] : [];
    });
  }

  /** What waits for an account's gate or token becomes due. How many tasks. */
  async resume(accountId: number, now: Date): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE fetch_task SET next_attempt_at = ?, version = version + 1
       WHERE account_id = ? AND state IN ('waiting_permission', 'waiting_token') AND line = ${WAITS} AND next_attempt_at > ?`,
      [now, accountId, now],
    );
    return affectedRows;
  }
}
