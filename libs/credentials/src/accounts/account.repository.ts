import { Injectable } from '@nestjs/common';
import { AppError, newId } from '@app/kernel';
import { type AccountProfile } from '@app/wechat';
import { DataSource, type EntityManager } from 'typeorm';
import { type Account, type AccountState } from './account.entity';

/** What decisions about one account's authorization need of its row. */
export type AccountRow = Pick<
  Account,
  | 'id'
  | 'publicId'
  | 'platformId'
  | 'appid'
  | 'merchantId'
  | 'kind'
  | 'nickName'
  | 'state'
  | 'authorizedAt'
  | 'eventTime'
>;

const COLUMNS = `id, public_id AS publicId, platform_id AS platformId, appid, merchant_id AS merchantId, kind,
  nick_name AS nickName, state, authorized_at AS authorizedAt, event_time AS eventTime`;

@Injectable()
export class AccountRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(platformId: string, appid: string): Promise<AccountRow | null> {
    const rows = await this.dataSource.query<AccountRow[]>(
      `SELECT ${COLUMNS} FROM account WHERE platform_id = ? AND appid = ?`,
      [platformId, appid],
    );
    return rows[0] ?? null;
  }

  async findById(id: number, manager?: EntityManager, lock = ''): Promise<AccountRow | null> {
    const rows = await (manager ?? this.dataSource).query<AccountRow[]>(
      `SELECT ${COLUMNS} FROM account WHERE id = ? ${lock}`,
      [id],
    );
    return rows[0] ?? null;
  }

  async getLocked(manager: EntityManager, id: number): Promise<AccountRow> {
    const row = await this.findById(id, manager, 'FOR UPDATE');
    if (!row) throw new AppError('bug', 'account_vanished');
    return row;
  }

  /** Makes the row or finds the one that is there, and locks it. */
  async makeLocked(manager: EntityManager, at: { platformId: string; appid: string; now: Date }): Promise<AccountRow> {
    const { insertId } = await manager.query<{ insertId: number }>(
      `INSERT INTO account (public_id, platform_id, appid, kind, nick_name, principal_name, user_name, head_img, state,
         authorized_at, created_at)
       VALUES (?, ?, ?, 'unknown', '', '', '', '', 'incomplete', ?, ?)
       ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`,
      [newId('acc'), at.platformId, at.appid, at.now, at.now],
    );
    return this.getLocked(manager, insertId);
  }

  /** @param eventTime WeChat's time of the grant; the newest one known is kept. */
  async authorize(
    manager: EntityManager,
    id: number,
    grant: { readonly state: AccountState; readonly eventTime: Date | null; readonly now: Date },
  ): Promise<void> {
    await manager.query(
      `UPDATE account SET state = ?, authorized_at = ?, revoked_at = NULL,
         event_time = CASE WHEN event_time IS NULL OR event_time < ? THEN ? ELSE event_time END WHERE id = ?`,
      [grant.state, grant.now, grant.eventTime, grant.eventTime, id],
    );
  }

  async revoke(manager: EntityManager, id: number, eventTime: Date | null, now: Date): Promise<void> {
    await manager.query(
      `UPDATE account SET state = 'revoked', revoked_at = ?, event_time = COALESCE(?, event_time) WHERE id = ?`,
      [now, eventTime, id],
    );
  }

  /** WeChat refuses the refresh token and names no other. */
  async markIncomplete(platformId: string, appid: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE account SET state = 'incomplete' WHERE platform_id = ? AND appid = ? AND state = 'authorized'`,
      [platformId, appid],
    );
  }

  /** WeChat told a refresh token again. */
  async markComplete(platformId: string, appid: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE account SET state = 'authorized' WHERE platform_id = ? AND appid = ? AND state = 'incomplete'`,
      [platformId, appid],
    );
  }

  async noteEventTime(id: number, eventTime: Date): Promise<void> {
    await this.dataSource.query(
      'UPDATE account SET event_time = ? WHERE id = ? AND (event_time IS NULL OR event_time < ?)',
      [eventTime, id, eventTime],
    );
  }

  /** An account keeps its first owner. */
  async claim(manager: EntityManager, id: number, merchantId: string): Promise<void> {
    await manager.query('UPDATE account SET merchant_id = ? WHERE id = ? AND merchant_id IS NULL', [merchantId, id]);
  }

  async writeProfile(manager: EntityManager, id: number, profile: AccountProfile, now: Date): Promise<void> {
    await manager.query(
      `UPDATE account SET kind = ?, nick_name = ?, principal_name = ?, user_name = ?, head_img = ?, service_type = ?,
         verify_type = ?, account_status = ?, info_read_at = ? WHERE id = ?`,
      [
        profile.kind,
        clip(profile.nickName, 255),
        clip(profile.principalName, 255),
        clip(profile.userName, 64),
        clip(profile.headImg, 1024),
        profile.serviceType,
        profile.verifyType,
        profile.accountStatus,
        now,
        id,
      ],
    );
  }

  async delete(manager: EntityManager, id: number): Promise<void> {
    await manager.query('DELETE FROM account WHERE id = ?', [id]);
  }

  async listStates(platformId: string): Promise<Pick<Account, 'id' | 'appid' | 'state'>[]> {
    return this.dataSource.query<Pick<Account, 'id' | 'appid' | 'state'>[]>(
      'SELECT id, appid, state FROM account WHERE platform_id = ?',
      [platformId],
    );
  }

  /**
   * Accounts whose INFO was never read or not since `before`, those longest untried first, so that a platform WeChat refuses
   * does not keep the others waiting; a new authorization without a refresh token (pitfall 22) is read again each time. They
   * count as tried from now on.
   */
  async takeUnread(before: Date, triedBefore: Date, now: Date, count: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT id FROM account WHERE state <> 'revoked'
         AND (info_read_at IS NULL OR info_read_at < ? OR (state = 'incomplete' AND authorized_at > ? - INTERVAL 3 DAY))
         AND (info_tried_at IS NULL OR info_tried_at < ?)
       ORDER BY COALESCE(info_tried_at, info_read_at), id LIMIT ?`,
      [before, now, triedBefore, count],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await this.dataSource.query('UPDATE account SET info_tried_at = ? WHERE id IN (?)', [now, ids]);
    return ids;
  }
}

/** Whole characters: half a surrogate pair is no text MySQL takes. */
function clip(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('');
}
