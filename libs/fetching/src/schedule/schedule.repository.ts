import { newId } from '@app/kernel';
import { type Batch, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EARLIEST_MINUTE } from './schedule-policy';

export const SCHEDULE_KINDS = ['daily', 'backfill'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

export interface ScheduleRow {
  readonly id: string;
  readonly platformId: string;
  readonly providerId: string;
  readonly kind: ScheduleKind;
  readonly minuteOfDay: number;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

export interface RunRow {
  readonly dueAt: Date;
  readonly fetchId: string | null;
}

const ROWS = `SELECT s.id, s.platform_id AS platformId, p.provider_id AS providerId, s.kind, s.minute_of_day AS minuteOfDay,
    s.enabled, s.created_at AS createdAt FROM schedule s JOIN platform p ON p.id = s.platform_id`;
type Stored = Omit<ScheduleRow, 'enabled'> & { readonly enabled: number };

/** What each platform has done by itself, and the runs that were made of it. */
@Injectable()
export class ScheduleRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Gives platforms that have none yet their schedules; only this platform, or all. */
  async ensure(now: Date, platformId?: string): Promise<void> {
    for (const kind of SCHEDULE_KINDS) {
      const bare = await this.dataSource.query<{ id: string }[]>(
        `SELECT p.id FROM platform p WHERE ${platformId === undefined ? '' : 'p.id = ? AND'}
           NOT EXISTS (SELECT 1 FROM schedule s WHERE s.platform_id = p.id AND s.kind = '${kind}')`,
        platformId === undefined ? [] : [platformId],
      );
      if (bare.length === 0) continue;
      await this.dataSource.query(
        `INSERT INTO schedule (id, platform_id, kind, minute_of_day, created_at) VALUES ? ON DUPLICATE KEY UPDATE kind = kind`,
        [bare.map(({ id }) => [newId('sch'), id, kind, EARLIEST_MINUTE, now])],
      );
    }
  }

  async listEnabled(kind: ScheduleKind): Promise<ScheduleRow[]> {
    const rows = await this.dataSource.query<Stored[]>(`${ROWS} WHERE s.kind = ? AND s.enabled = 1 ORDER BY s.id`, [
      kind,
    ]);
    return rows.map(row);
  }

  async ofPlatform(platformId: string): Promise<Map<ScheduleKind, ScheduleRow>> {
    const rows = await this.dataSource.query<Stored[]>(`${ROWS} WHERE s.platform_id = ?`, [platformId]);
    return new Map(rows.map((stored) => [stored.kind, row(stored)]));
  }

  /** Keeps others from making a run of it until the transaction ends; null when somebody does, or it is switched off. */
  async lock(db: Queries, id: string): Promise<ScheduleRow | null> {
    const locked = await db.query<object[]>(
      'SELECT id FROM schedule WHERE id = ? AND enabled = 1 FOR UPDATE SKIP LOCKED',
      [id],
    );
    if (locked.length === 0) return null;
    const [stored] = await db.query<Stored[]>(`${ROWS} WHERE s.id = ?`, [id]);
    return stored ? row(stored) : null;
  }

  async change(
    db: Queries,
    platformId: string,
    kind: ScheduleKind,
    to: { readonly enabled: boolean; readonly minuteOfDay: number },
  ): Promise<void> {
    await db.query('UPDATE schedule SET enabled = ?, minute_of_day = ? WHERE platform_id = ? AND kind = ?', [
      to.enabled ? 1 : 0,
      to.minuteOfDay,
      platformId,
      kind,
    ]);
  }

  /** The newest run, of the transaction's view when it is given. */
  async lastRun(scheduleId: string, db: Queries = this.dataSource): Promise<RunRow | null> {
    const [run] = await db.query<RunRow[]>(
      'SELECT due_at AS dueAt, fetch_id AS fetchId FROM schedule_run WHERE schedule_id = ? ORDER BY due_at DESC LIMIT 1',
      [scheduleId],
    );
    return run ?? null;
  }

  /** Claims a due time: the unique index lets one through, whoever else tries. The run's id, or null. */
  async claim(batch: Batch, scheduleId: string, dueAt: Date, now: Date): Promise<number | null> {
    batch.later('INSERT IGNORE INTO schedule_run (schedule_id, due_at, created_at) VALUES (?, ?, ?)', [
      scheduleId,
      dueAt,
      now,
    ]);
    const [run] = await batch.query<{ id: number; fetchId: string | null }[]>(
      'SELECT id, fetch_id AS fetchId FROM schedule_run WHERE schedule_id = ? AND due_at = ?',
      [scheduleId, dueAt],
    );
    return run && run.fetchId === null ? run.id : null;
  }

  setFetch(batch: Batch, runId: number, fetchId: string): void {
    batch.later('UPDATE schedule_run SET fetch_id = ? WHERE id = ?', [fetchId, runId]);
  }
}

function row(stored: Stored): ScheduleRow {
  return { ...stored, enabled: stored.enabled === 1 };
}
