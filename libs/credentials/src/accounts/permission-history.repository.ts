import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AccountPermissionHistory } from './account-permission-history.entity';
import { type AccountPermission } from './account-permission.entity';

export type GrantedRow = Pick<AccountPermission, 'setId' | 'grantedAt'>;
export type HistoryRow = Pick<
  AccountPermissionHistory,
  'id' | 'setId' | 'changeKind' | 'source' | 'inviteId' | 'changedAt'
>;

/** Reads who granted which permission sets when. */
@Injectable()
export class PermissionHistoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  async current(accountId: number): Promise<GrantedRow[]> {
    return this.dataSource.query<GrantedRow[]>(
      `SELECT set_id AS setId, granted_at AS grantedAt FROM account_permission WHERE account_id = ? ORDER BY set_id`,
      [accountId],
    );
  }

  /** The newest first. @param beforeId 0: from the newest on */
  async before(accountId: number, beforeId: number, count: number): Promise<HistoryRow[]> {
    return this.dataSource.query<HistoryRow[]>(
      `SELECT id, set_id AS setId, change_kind AS changeKind, source, invite_id AS inviteId, changed_at AS changedAt
       FROM account_permission_history WHERE account_id = ? AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?`,
      [accountId, beforeId, beforeId, count],
    );
  }
}
