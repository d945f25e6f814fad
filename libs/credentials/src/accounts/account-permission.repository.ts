import { Injectable } from '@nestjs/common';
import { type GrantedSet } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { type PermissionSource } from './account-permission-history.entity';
import { permissionChanges } from './permission-policy';

/** Granted sets as rows, with what came and went. The caller holds the account's row lock. */
@Injectable()
export class AccountPermissionRepository {
  /** Whether that changed anything. */
  async replace(
    manager: EntityManager,
    accountId: number,
    told: readonly GrantedSet[] | null,
    change: { readonly source: PermissionSource; readonly now: Date; readonly inviteId?: string | null },
  ): Promise<boolean> {
    // An answer without the list is no withdrawal.
    if (told === null) return false;
    const rows = await manager.query<{ setId: number }[]>(
      'SELECT set_id AS setId FROM account_permission WHERE account_id = ?',
      [accountId],
    );
    const stored = rows.map(({ setId }) => setId);
    const { granted, withdrawn } = permissionChanges(
      stored,
      told.map(({ id }) => id),
    );
    if (withdrawn.length > 0) {
      await manager.query('DELETE FROM account_permission WHERE account_id = ? AND set_id IN (?)', [
        accountId,
        withdrawn,
      ]);
    }
    if (told.length > 0) {
      await manager.query(
        `INSERT INTO account_permission (account_id, set_id, granted_at, confirm_info) VALUES ?
         ON DUPLICATE KEY UPDATE confirm_info = VALUES(confirm_info)`,
        [told.map((set) => [accountId, set.id, change.now, confirmInfo(set)])],
      );
    }
    const history = [
      ...granted.map((id) => [accountId, id, 'granted', change.source, change.inviteId ?? null, change.now]),
      ...withdrawn.map((id) => [accountId, id, 'withdrawn', change.source, change.inviteId ?? null, change.now]),
    ];
    if (history.length > 0) {
      await manager.query(
        `INSERT INTO account_permission_history (account_id, set_id, change_kind, source, invite_id, changed_at)
         VALUES ?`,
        [history],
      );
    }
    return history.length > 0;
  }
}

function confirmInfo({ confirmInfo: info }: GrantedSet): string | null {
  return info === null ? null : JSON.stringify(info);
}
