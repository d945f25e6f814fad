import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { behind, type TimelinePlace } from './timeline-policy';

export interface PermissionEntry extends TimelinePlace {
  readonly kind: 'permission';
  readonly setId: number;
  readonly change: 'granted' | 'withdrawn';
  readonly source: string;
}

export interface CallEntry extends TimelinePlace {
  readonly kind: 'call';
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly ms: number;
  readonly rows: number;
  /** The first one the log knows. */
  readonly isFirst: boolean;
}

export interface RevisionEntry extends TimelinePlace {
  readonly kind: 'revision';
  readonly day: string;
  readonly oldUser: number | null;
  readonly newUser: number | null;
  readonly reason: string;
}

/** What happened to one account, the newest first, behind a place. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly dataSource: DataSource) {}

  async permissions(accountId: number, after: TimelinePlace | null, limit: number): Promise<PermissionEntry[]> {
    const rows = await this.newest<Omit<PermissionEntry, 'kind'>>(
      'id, changed_at AS at, set_id AS setId, change_kind AS `change`, source',
      { table: 'account_permission_history', time: 'changed_at' },
      [accountId, ...placed(after, 'permission'), limit],
    );
    return rows.map((row) => ({ ...row, kind: 'permission' as const }));
  }

  async calls(accountId: number, after: TimelinePlace | null, limit: number): Promise<CallEntry[]> {
    const rows = await this.newest<Omit<CallEntry, 'kind' | 'isFirst'>>(
      'id, called_at AS at, window_from AS `from`, window_to AS `to`, outcome, errcode, rid, ms, row_count AS `rows`',
      { table: 'fetch_call', time: 'called_at' },
      [accountId, ...placed(after, 'call'), limit],
    );
    const [first] = await this.dataSource.query<{ id: number }[]>(
      'SELECT id FROM fetch_call WHERE account_id = ? ORDER BY called_at, id LIMIT 1',
      [accountId],
    );
    return rows.map((row) => ({ ...row, kind: 'call' as const, isFirst: row.id === first?.id }));
  }

  async revisions(accountId: number, after: TimelinePlace | null, limit: number): Promise<RevisionEntry[]> {
    const rows = await this.newest<Omit<RevisionEntry, 'kind'>>(
      'id, changed_at AS at, ref_date AS day, old_user AS oldUser, new_user AS newUser, reason',
      { table: 'cumulate_revision', time: 'changed_at' },
      [accountId, ...placed(after, 'revision'), limit],
    );
    return rows.map((row) => ({ ...row, kind: 'revision' as const }));
  }

  private newest<T>(columns: string, from: { table: string; time: string }, params: readonly unknown[]): Promise<T[]> {
    return this.dataSource.query<T[]>(
      `SELECT ${columns} FROM ${from.table} WHERE account_id = ? AND (${from.time} < ? OR (${from.time} = ? AND id < ?))
       ORDER BY ${from.time} DESC, id DESC LIMIT ?`,
      [...params],
    );
  }
}

function placed(after: TimelinePlace | null, kind: TimelinePlace['kind']): unknown[] {
  const { at, belowId } = behind(after, kind);
  return [at, at, belowId];
}
