import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ReconcileRun, type RunCause, type RunState } from './reconcile-run.entity';

export type RunRow = Pick<
  ReconcileRun,
  | 'id'
  | 'platformId'
  | 'cause'
  | 'askedBy'
  | 'dueAt'
  | 'dryRun'
  | 'state'
  | 'tryAt'
  | 'attempts'
  | 'counts'
  | 'findings'
  | 'error'
  | 'createdAt'
  | 'startedAt'
  | 'endedAt'
>;

export interface NewRun {
  readonly id: string;
  readonly platformId: string;
  readonly cause: RunCause;
  readonly askedBy: string | null;
  readonly dueAt: Date;
  readonly dryRun: boolean;
}

/** What a holder writes into its run. */
export interface RunWrite {
  readonly counts: string;
  readonly findings: string | null;
  readonly error: string | null;
}

const COLUMNS = `id, platform_id AS platformId, cause, asked_by AS askedBy, due_at AS dueAt, dry_run AS dryRun, state,
  try_at AS tryAt, attempts, counts, findings, error, created_at AS createdAt, started_at AS startedAt, ended_at AS endedAt`;
const OPEN = "state IN ('waiting', 'running')";
const PRUNED = 1_000;
/** Findings may be a megabyte a run: a list does without. */
const LISTED = COLUMNS.replace('findings,', 'NULL AS findings,');

/** Runs as rows. Whoever inserts (platform, due_at) first has made that run; who holds its lease works on it. */
@Injectable()
export class ReconcileRunRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** False when another run has this platform and time. */
  async insert(run: NewRun, now: Date, manager?: EntityManager): Promise<boolean> {
    const made = manager ?? this.dataSource;
    await made.query(
      `INSERT INTO reconcile_run (id, platform_id, cause, asked_by, due_at, dry_run, state, try_at, counts, created_at)
       VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, '', ?) ON DUPLICATE KEY UPDATE id = id`,
      [run.id, run.platformId, run.cause, run.askedBy, run.dueAt, run.dryRun ? 1 : 0, run.dueAt, now],
    );
    const [stored] = await made.query<{ id: string }[]>(
      'SELECT id FROM reconcile_run WHERE platform_id = ? AND due_at = ?',
      [run.platformId, run.dueAt],
    );
    return stored?.id === run.id;
  }

  async find(id: string): Promise<RunRow | null> {
    const rows = await this.dataSource.query<RunRow[]>(`SELECT ${COLUMNS} FROM reconcile_run WHERE id = ?`, [id]);
    return rows[0] ?? null;
  }

  async findDue(platformId: string, dueAt: Date): Promise<Pick<RunRow, 'id' | 'state'> | null> {
    const rows = await this.dataSource.query<Pick<RunRow, 'id' | 'state'>[]>(
      'SELECT id, state FROM reconcile_run WHERE platform_id = ? AND due_at = ?',
      [platformId, dueAt],
    );
    return rows[0] ?? null;
  }

  /** Does a run that will read LIST and write wait to be taken? */
  async isOneWaiting(platformId: string): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      `SELECT 1 FROM reconcile_run WHERE platform_id = ? AND state = 'waiting' AND dry_run = 0 LIMIT 1`,
      [platformId],
    );
    return rows.length > 0;
  }

  /** One at a time is decided here: a run people asked for that is not over yet. The caller holds the platform's row. */
  async findOpenDemand(manager: EntityManager, platformId: string, dryRun: boolean): Promise<string | null> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM reconcile_run WHERE platform_id = ? AND cause = 'demand' AND dry_run = ? AND ${OPEN} LIMIT 1`,
      [platformId, dryRun ? 1 : 0],
    );
    return rows[0]?.id ?? null;
  }

  async lockPlatform(manager: EntityManager, platformId: string): Promise<void> {
    await manager.query('SELECT id FROM platform WHERE id = ? FOR UPDATE', [platformId]);
  }

  /** The newest first. @param before an id of the list, null at its start */
  async listOf(platformId: string, before: string | null, count: number): Promise<RunRow[]> {
    return this.dataSource.query<RunRow[]>(
      `SELECT ${LISTED} FROM reconcile_run WHERE platform_id = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?`,
      [platformId, before, before, count],
    );
  }

  /** Runs whose time has come, and those whose holder is gone. */
  async listDue(now: Date, count: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `(SELECT id FROM reconcile_run WHERE state = 'waiting' AND try_at <= ? ORDER BY try_at LIMIT ?)
       UNION ALL (SELECT id FROM reconcile_run WHERE state = 'running' AND lease_until <= UTC_TIMESTAMP(3) LIMIT ?)`,
      [now, count, count],
    );
    return rows.map(({ id }) => id);
  }

  /** Takes a run for `owner` unless somebody works on it, or on another one of the platform. The caller holds the platform's row. */
  async take(manager: EntityManager, run: RunRow, owner: string, leaseMs: number, now: Date): Promise<boolean> {
    const [other] = await manager.query<object[]>(
      `SELECT 1 FROM reconcile_run WHERE platform_id = ? AND id <> ? AND state = 'running' AND lease_until > UTC_TIMESTAMP(3)
       LIMIT 1`,
      [run.platformId, run.id],
    );
    if (other) return false;
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      `UPDATE reconcile_run SET state = 'running', attempts = attempts + 1, started_at = COALESCE(started_at, ?),
         lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
       WHERE id = ? AND ((state = 'waiting' AND try_at <= ?) OR (state = 'running' AND lease_until <= UTC_TIMESTAMP(3)))`,
      [now, owner, leaseMs * 1_000, run.id, now],
    );
    return affectedRows === 1;
  }

  /** A run whose holders died again and again may be what kills them. True when it ended here. */
  async endIfDeadly(id: string, attempts: number, error: string, now: Date): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE reconcile_run SET state = 'failed', ended_at = ?, error = ?, lease_owner = NULL, lease_until = NULL
       WHERE id = ? AND state = 'running' AND lease_until <= UTC_TIMESTAMP(3) AND attempts >= ?`,
      [now, error, id, attempts],
    );
    return affectedRows === 1;
  }

  /** Writes how far the run is and prolongs its lease. False when the lease was lost. */
  async checkpoint(id: string, owner: string, write: RunWrite, leaseMs: number): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE reconcile_run SET counts = ?, findings = ?, error = ?,
         lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
       WHERE id = ? AND lease_owner = ? AND state = 'running'`,
      [write.counts, write.findings, write.error, leaseMs * 1_000, id, owner],
    );
    return affectedRows === 1;
  }

  /** Gives the run up: for good, or to be taken again at `tryAt`. What was `handedBack` by a process that ended was no attempt. */
  async release(
    id: string,
    owner: string,
    write: RunWrite,
    to: { readonly state: RunState; readonly tryAt?: Date; readonly endedAt?: Date; readonly handedBack?: boolean },
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE reconcile_run SET counts = ?, findings = ?, error = ?, state = ?, try_at = COALESCE(?, try_at), ended_at = ?,
         attempts = attempts - ?, lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ? AND state = 'running'`,
      [
        ...[write.counts, write.findings, write.error, to.state, to.tryAt ?? null, to.endedAt ?? null],
        ...[to.handedBack === true ? 1 : 0, id, owner],
      ],
    );
  }

  async prune(before: Date): Promise<void> {
    await this.dataSource.query(`DELETE FROM reconcile_run WHERE ended_at < ? AND NOT ${OPEN} LIMIT ${PRUNED}`, [
      before,
    ]);
  }
}
