import { type ShanghaiDate } from '@app/kernel';
import { BatchedTransactions, type Batch, type Written } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sqlTime } from './sql-time';
import { before, type Lane, type TaskState } from './task-states';

/** A task as its holder sees it. */
export interface HeldTask {
  readonly id: number;
  readonly lane: Lane;
  /** Of the row as it was last written by its holder: who finds another one has lost the task. */
  readonly version: number;
  /** The turn that holds it. */
  readonly owner: string;
  readonly accountId: number;
  readonly appid: string;
  readonly platformId: string;
  /** The account's first day with data, as it was known when the turn began. */
  readonly dataFrom: ShanghaiDate | null;
  readonly from: ShanghaiDate;
  readonly to: ShanghaiDate;
  readonly refetch: boolean;
  readonly cursor: ShanghaiDate | null;
  readonly attempts: number;
  readonly createdAt: Date;
  /** Asks days before the account's first data, too. */
  readonly ignoreBefore: boolean;
  /** How often the range was gone through. */
  readonly passes: number;
  readonly unclearDays: number;
  readonly emptyWindows: number;
  readonly emptyTo: ShanghaiDate | null;
}

/** What a turn writes back to a task. `release` gives up the lease. */
export interface TaskUpdate {
  readonly id: number;
  readonly version: number;
  readonly owner: string;
  readonly state: TaskState;
  /** Where it stands: see task-states. */
  readonly line: number | null;
  readonly because: string | null;
  readonly nextAttemptAt: Date;
  readonly attempts: number;
  /** The oldest day still to ask. */
  readonly from: ShanghaiDate;
  readonly cursor: ShanghaiDate | null;
  readonly passes: number;
  readonly unclearDays: number;
  readonly emptyWindows: number;
  readonly emptyTo: ShanghaiDate | null;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly endedAt: Date | null;
  /** Calls made for it. */
  readonly calls: number;
  readonly release: boolean;
}

export interface CallRecord {
  readonly accountId: number;
  readonly taskId: number;
  readonly from: ShanghaiDate;
  readonly to: ShanghaiDate;
  readonly calledAt: Date;
  readonly ms: number;
  readonly outcome: string;
  readonly errcode: number | null;
  readonly rowCount: number;
  readonly rid: string | null;
}

type TakenRow = Omit<HeldTask, 'refetch' | 'ignoreBefore'> & {
  readonly refetch: number;
  readonly ignoreBefore: number;
};

const SQL_UPDATES = `JSON_TABLE(?, '$[*]' COLUMNS (
    id BIGINT UNSIGNED PATH '$[0]', owner VARCHAR(64) PATH '$[1]', version INT UNSIGNED PATH '$[2]', state VARCHAR(32) PATH '$[3]',
    released TINYINT PATH '$[4]', line TINYINT UNSIGNED PATH '$[5]', reason VARCHAR(255) PATH '$[6]',
    next_attempt_at DATETIME(3) PATH '$[7]', ended_at DATETIME(3) PATH '$[8]', attempts SMALLINT UNSIGNED PATH '$[9]',
    calls INT UNSIGNED PATH '$[10]', from_date DATE PATH '$[11]', cursor_date DATE PATH '$[12]', passes TINYINT UNSIGNED PATH '$[13]',
    unclear_days SMALLINT UNSIGNED PATH '$[14]', empty_windows TINYINT UNSIGNED PATH '$[15]', empty_to DATE PATH '$[16]',
    errcode INT PATH '$[17]', rid VARCHAR(64) PATH '$[18]')) v`;

const NOTHING: Written = { affectedRows: 0 };

/** The rows a turn works on. Every write is fenced: who lost the lease writes nothing. */
@Injectable()
export class TaskRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: BatchedTransactions,
  ) {}

  /** Takes those of the turn's tasks that still wait for it; another turn's are left alone. */
  async take(turnId: string, ids: readonly number[], owner: string, leaseMs: number): Promise<HeldTask[]> {
    if (ids.length === 0) return [];
    const rows = await this.transactions.run((batch) => {
      batch.later(
        `UPDATE fetch_task SET state = 'running', queued_at = NULL, lease_owner = ?, version = version + 1,
           lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
         WHERE id IN (?) AND turn_id = ? AND state IN (?)`,
        [owner, leaseMs * 1_000, ids, turnId, before('running')],
      );
      return batch.last<TakenRow[]>(
        `SELECT t.id, t.lane, t.version, t.lease_owner AS owner, t.account_id AS accountId, a.appid, a.platform_id AS platformId,
         a.data_from AS dataFrom, t.from_date AS \`from\`, t.to_date AS \`to\`, t.refetch, t.cursor_date AS \`cursor\`, t.attempts,
         t.created_at AS createdAt, t.ignore_before AS ignoreBefore, t.passes, t.unclear_days AS unclearDays,
         t.empty_windows AS emptyWindows, t.empty_to AS emptyTo
       FROM fetch_task t JOIN account a ON a.id = t.account_id
       WHERE t.id IN (?) AND t.lease_owner = ? AND t.state = 'running'`,
        [ids, owner],
      );
    });
    return rows.map((row) => ({ ...row, refetch: row.refetch === 1, ignoreBefore: row.ignoreBefore === 1 }));
  }

  /**
   * Writes updates of tasks whose owner still holds them; tasks that were cancelled or lost are not touched. A task that goes on
   * keeps its lease and its place in time: no index is written for it. Tells how many were written: mysql2 counts rows
   * found, and every update moves the version.
   */
  update(batch: Batch, updates: readonly TaskUpdate[]): readonly Written[] {
    return [
      this.stepOn(batch, updates.filter(isStep)),
      this.settle(
        batch,
        updates.filter((update) => !isStep(update)),
      ),
    ];
  }

  /** Nearly all of a backfill's updates: one pass over the rows, where the other statement takes a temporary table and three. */
  private stepOn(batch: Batch, steps: readonly TaskUpdate[]): Written {
    if (steps.length === 0) return NOTHING;
    return batch.later(
      `UPDATE fetch_task SET calls = calls + 1, attempts = 0, reason = NULL, empty_windows = 0, empty_to = NULL,
         cursor_date = CASE ${steps.map(() => 'WHEN id = ? AND version = ? THEN ?').join(' ')} END, version = version + 1
       WHERE id IN (?) AND state = 'running' AND (id, version, lease_owner) IN (?)`,
      [
        ...steps.flatMap(({ id, version, cursor }) => [id, version, cursor]),
        steps.map(({ id }) => id),
        steps.map(({ id, version, owner }) => [id, version, owner]),
      ],
    );
  }

  private settle(batch: Batch, updates: readonly TaskUpdate[]): Written {
    if (updates.length === 0) return NOTHING;
    return batch.later(
      `UPDATE fetch_task t JOIN ${SQL_UPDATES} ON v.id = t.id
       SET t.state = v.state, t.line = v.line, t.calls = t.calls + v.calls, t.reason = v.reason,
         t.next_attempt_at = COALESCE(v.next_attempt_at, t.next_attempt_at), t.attempts = v.attempts,
         t.from_date = v.from_date, t.cursor_date = v.cursor_date, t.ended_at = v.ended_at,
         t.passes = v.passes, t.unclear_days = v.unclear_days, t.empty_windows = v.empty_windows, t.empty_to = v.empty_to,
         t.last_errcode = COALESCE(v.errcode, t.last_errcode), t.last_rid = COALESCE(v.rid, t.last_rid),
         t.lease_until = IF(v.released, NULL, t.lease_until), t.in_flight = IF(v.released, NULL, t.in_flight),
         t.lease_owner = IF(v.released, NULL, t.lease_owner), t.version = t.version + 1
       WHERE t.lease_owner = v.owner COLLATE utf8mb4_bin AND t.state = 'running' AND t.version = v.version`,
      [JSON.stringify(updates.map(columnsOf))],
    );
  }

  /** A round that takes long keeps its tasks. */
  async prolong(owner: string, ids: readonly number[], leaseMs: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE fetch_task SET lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
       WHERE id IN (?) AND lease_owner = ? AND state = 'running'`,
      [leaseMs * 1_000, ids, owner],
    );
  }

  /** The turn is over: of tasks that were cancelled under it, and perhaps planned again, the appid is free. */
  async letGo(owner: string, ids: readonly number[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE fetch_task SET in_flight = NULL, lease_owner = NULL, lease_until = NULL
       WHERE id IN (?) AND lease_owner = ? AND state IN ('cancelled', 'planned')`,
      [ids, owner],
    );
  }

  /** Those of the tasks that were not cancelled or taken over meanwhile. */
  async stillHeld(tasks: readonly HeldTask[], owner: string): Promise<HeldTask[]> {
    if (tasks.length === 0) return [];
    const rows = await this.dataSource.query<{ id: number }[]>(
      "SELECT id FROM fetch_task WHERE id IN (?) AND lease_owner = ? AND state = 'running'",
      [tasks.map(({ id }) => id), owner],
    );
    const ids = new Set(rows.map(({ id }) => id));
    return tasks.filter(({ id }) => ids.has(id));
  }

  logCalls(batch: Batch, calls: readonly CallRecord[]): void {
    if (calls.length === 0) return;
    batch.later(
      `INSERT INTO fetch_call (account_id, task_id, window_from, window_to, called_at, ms, outcome, errcode, row_count, rid)
       VALUES ?`,
      [
        calls.map((call) => [
          ...[call.accountId, call.taskId, call.from, call.to, sqlTime(call.calledAt)],
          ...[call.ms, call.outcome, call.errcode, call.rowCount, call.rid],
        ]),
      ],
    );
  }
}

/** A call was made, nothing about it is odd, and the task goes on: nothing but its cursor has changed. */
function isStep({ state, release, because, calls, attempts, emptyWindows, errcode }: TaskUpdate): boolean {
  const goesOn = state === 'running' && !release && because === null;
  return goesOn && calls === 1 && attempts === 0 && emptyWindows === 0 && errcode === null;
}

/** In the order of `SQL_UPDATES`. A task that goes on has no next attempt. */
function columnsOf(update: TaskUpdate): unknown[] {
  const { state, release, nextAttemptAt, endedAt } = update;
  return [
    ...[update.id, update.owner, update.version, state, release ? 1 : 0, update.line, update.because],
    ...[release ? sqlTime(nextAttemptAt) : null, endedAt && sqlTime(endedAt), update.attempts, update.calls],
    ...[update.from, update.cursor, Math.min(update.passes, 255), Math.min(update.unclearDays, 65_535)],
    ...[update.emptyWindows, update.emptyTo, update.errcode, update.rid],
  ];
}
