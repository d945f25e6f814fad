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

  /** The newest first; an invite of another merchant is not told. @param beforeId 0: from the newest on */
  async before(accountId: number, beforeId: number, count: number): Promise<HistoryRow[]> {
    return this.dataSource.query<HistoryRow[]>(
      `SELECT h.id, h.set_id AS setId, h.change_kind AS changeKind, h.source, i.id AS inviteId, h.changed_at AS changedAt
       FROM account_permission_history h JOIN account a ON a.id = h.account_id
       LEFT JOIN invite i ON i.id = h.invite_id AND i.merchant_id = a.merchant_id
       WHERE h.account_id = ? AND (? = 0 OR h.id < ?) ORDER BY h.id DESC LIMIT ?`,
      [accountId, beforeId, beforeId, count],
    );
  }
}
