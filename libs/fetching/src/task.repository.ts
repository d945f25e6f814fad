import { type ShanghaiDate } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { before, type Lane, type TaskState } from './task-states';

/** A task as its holder sees it. */
export interface HeldTask {
  readonly id: number;
  readonly lane: Lane;
  /** Of the row as it was last written by its holder: who finds another one has lost the task. */
  readonly version: number;
  readonly accountId: number;
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

/** The rows a turn works on. Every write is fenced: who lost the lease writes nothing. */
@Injectable()
export class TaskRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Takes those of the turn's tasks that still wait for it; another turn's are left alone. */
  async take(turnId: string, ids: readonly number[], owner: string, leaseMs: number): Promise<HeldTask[]> {
    if (ids.length === 0) return [];
    await this.transactions.run((manager) =>
      manager.query(
        `UPDATE fetch_task SET state = 'running', queued_at = NULL, lease_owner = ?, version = version + 1,
           lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
         WHERE id IN (?) AND turn_id = ? AND state IN (?)`,
        [owner, leaseMs * 1_000, ids, turnId, before('running')],
      ),
    );
    const rows = await this.dataSource.query<
      (Omit<HeldTask, 'refetch' | 'ignoreBefore'> & { refetch: number; ignoreBefore: number })[]
    >(
      `SELECT id, lane, version, account_id AS accountId, from_date AS \`from\`, to_date AS \`to\`, refetch, cursor_date AS \`cursor\`, attempts,
         created_at AS createdAt, ignore_before AS ignoreBefore, passes, unclear_days AS unclearDays,
         empty_windows AS emptyWindows, empty_to AS emptyTo
       FROM fetch_task WHERE id IN (?) AND lease_owner = ? AND state = 'running'`,
      [ids, owner],
    );
    return rows.map((row) => ({ ...row, refetch: row.refetch === 1, ignoreBefore: row.ignoreBefore === 1 }));
  }

  /**
   * Writes updates of tasks this owner still holds and prolongs the leases it keeps. Cancelled tasks are not
   * touched. Returns how many were written: mysql2 counts rows found, and every update moves the version.
   */
  async update(
    manager: EntityManager,
    owner: string,
    updates: readonly TaskUpdate[],
    leaseMs: number,
  ): Promise<number> {
    if (updates.length === 0) return 0;
    const row = `SELECT ? AS id, ? AS state, ? AS reason, ? AS next_attempt_at, ? AS attempts, ? AS from_date, ? AS cursor_date,
      ? AS errcode, ? AS rid, ? AS ended_at, ? AS released, ? AS version, ? AS line, ? AS calls,
      ? AS passes, ? AS unclear_days, ? AS empty_windows, ? AS empty_to`;
    const result = await manager.query<{ affectedRows: number }>(
      `UPDATE fetch_task t JOIN (${updates.map(() => row).join(' UNION ALL ')}) v ON v.id = t.id
       SET t.state = v.state, t.line = v.line, t.calls = t.calls + v.calls, t.reason = v.reason, t.next_attempt_at = v.next_attempt_at, t.attempts = v.attempts,
         t.from_date = v.from_date, t.cursor_date = v.cursor_date, t.ended_at = v.ended_at,
         t.passes = v.passes, t.unclear_days = v.unclear_days, t.empty_windows = v.empty_windows, t.empty_to = v.empty_to,
         t.last_errcode = COALESCE(v.errcode, t.last_errcode), t.last_rid = COALESCE(v.rid, t.last_rid),
         t.lease_until = IF(v.released, NULL, UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND),
         t.lease_owner = IF(v.released, NULL, t.lease_owner),
         t.in_flight = IF(v.released, NULL, t.in_flight), t.version = t.version + 1
       WHERE t.lease_owner = ? AND t.state = 'running' AND t.version = v.version`,
      [...updates.flatMap(columnsOf), leaseMs * 1_000, owner],
    );
    return result.affectedRows;
  }

  /** A round that takes long keeps its tasks. */
  async prolong(owner: string, leaseMs: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE fetch_task SET lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
       WHERE lease_owner = ? AND state = 'running'`,
      [leaseMs * 1_000, owner],
    );
  }

  /** The turn is over: of tasks that were cancelled under it, and perhaps planned again, the appid is free. */
  async letGo(owner: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE fetch_task SET in_flight = NULL, lease_owner = NULL, lease_until = NULL
       WHERE lease_owner = ? AND state IN ('cancelled', 'planned')`,
      [owner],
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

  async logCalls(manager: EntityManager, calls: readonly CallRecord[]): Promise<void> {
    if (calls.length === 0) return;
    await manager.query(
      `INSERT INTO fetch_call (account_id, task_id, window_from, window_to, called_at, ms, outcome, errcode, row_count, rid)
       VALUES ?`,
      [
        calls.map((call) => [
          ...[call.accountId, call.taskId, call.from, call.to, call.calledAt],
          ...[call.ms, call.outcome, call.errcode, call.rowCount, call.rid],
        ]),
      ],
    );
  }
}

function columnsOf(update: TaskUpdate): unknown[] {
  return [
    ...[update.id, update.state, update.because, update.nextAttemptAt, update.attempts],
    ...[update.from, update.cursor, update.errcode, update.rid, update.endedAt, update.release ? 1 : 0],
    ...[update.version, update.line, update.calls],
    ...[Math.min(update.passes, 255), Math.min(update.unclearDays, 65_535), update.emptyWindows, update.emptyTo],
  ];
}
