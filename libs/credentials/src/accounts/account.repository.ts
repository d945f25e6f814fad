import { Injectable } from '@nestjs/common';
import { AppError, newId } from '@app/kernel';
import { databaseErrorCode } from '@app/platform';
import { type AccountProfile } from '@app/wechat';
import { DataSource, type EntityManager } from 'typeorm';
import { type AccountTopic } from './account-news-policy';
import { AccountNewsRepository } from './account-news.repository';
import { type Account, type AccountState, type IncompleteBecause } from './account.entity';

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
  | 'incompleteBecause'
  | 'authorizedAt'
  | 'eventTime'
>;

/** Some changes send no event (verification, standing): every account is read again a day later. */
const REREAD_AFTER_MS = 24 * 3_600_000;
const INCOMPLETE_AFTER_MS = 3_600_000;
const INCOMPLETE_FOR_MS = 3 * 86_400_000;
const COLUMNS = `id, public_id AS publicId, platform_id AS platformId, appid, merchant_id AS merchantId, kind,
  nick_name AS nickName, state, incomplete_because AS incompleteBecause, authorized_at AS authorizedAt,
  event_time AS eventTime`;

@Injectable()
export class AccountRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly news: AccountNewsRepository,
  ) {}

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
  async makeLocked(
    manager: EntityManager,
    at: { platformId: string; appid: string; now: Date },
  ): Promise<AccountRow & { isNew: boolean }> {
    const publicId = newId('acc');
    const { insertId } = await manager.query<{ insertId: number }>(
      `INSERT INTO account (public_id, platform_id, appid, kind, nick_name, principal_name, user_name, head_img, state,
         authorized_at, created_at)
       VALUES (?, ?, ?, 'unknown', '', '', '', '', 'incomplete', ?, ?)
       ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`,
      [publicId, at.platformId, at.appid, at.now, at.now],
    );
    const row = await this.getLocked(manager, insertId);
    return { ...row, isNew: row.publicId === publicId };
  }

  /** @param eventTime WeChat's time of the grant; the newest one known is kept. */
  async authorize(
    manager: EntityManager,
    id: number,
    grant: { readonly state: AccountState; readonly eventTime: Date | null; readonly now: Date },
  ): Promise<void> {
    await manager.query(
      `UPDATE account SET state = ?, incomplete_because = NULL, authorized_at = ?, revoked_at = NULL,
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

  /** A row made of what LIST and INFO told; null when there is one already. */
  async insertListed(
    manager: EntityManager,
    account: Pick<Account, 'platformId' | 'appid' | 'state' | 'authorizedAt'> & { readonly now: Date },
  ): Promise<number | null> {
    const { platformId, appid, state, authorizedAt, now } = account;
    try {
      const { insertId } = await manager.query<{ insertId: number }>(
        `INSERT INTO account (public_id, platform_id, appid, kind, nick_name, principal_name, user_name, head_img, state,
           authorized_at, event_time, created_at)
         VALUES (?, ?, ?, 'unknown', '', '', '', '', ?, ?, ?, ?)`,
        [newId('acc'), platformId, appid, state, authorizedAt, authorizedAt, now],
      );
      return insertId;
    } catch (error) {
      if (databaseErrorCode(error) === 'ER_DUP_ENTRY') return null;
      throw error;
    }
  }

  /** What LIST told of an account that is incomplete. */
  async noteIncomplete(manager: EntityManager, id: number, because: IncompleteBecause | null): Promise<void> {
    await manager.query("UPDATE account SET incomplete_because = ? WHERE id = ? AND state = 'incomplete'", [
      because,
      id,
    ]);
  }

  /** INFO is wanted soon: the next sweep takes the account. */
  async wantReread(manager: EntityManager, id: number): Promise<void> {
    await manager.query('UPDATE account SET reread_at = NULL WHERE id = ?', [id]);
  }

  /**
   * WeChat refuses the refresh token and names no other. Nothing is written when another one was stored meanwhile.
   * @param refusedVersion of the refused token's row, null when there was none
   */
  async markIncomplete(
    platformId: string,
    appid: string,
    because: IncompleteBecause,
    refusedVersion: number | null,
  ): Promise<void> {
    // Depends on the account, so that its row is locked first, as every writer of a grant does it.
    await this.dataSource.query(
      `UPDATE account SET state = 'incomplete', incomplete_because = ?
       WHERE platform_id = ? AND appid = ? AND state = 'authorized'
         AND (SELECT c.version FROM credential c WHERE c.platform_id = account.platform_id
           AND c.subject_appid = account.appid AND c.kind = 'refresh_token') <=> ?`,
      [because, platformId, appid, refusedVersion],
    );
  }

  /** WeChat told a refresh token again, or a refused one gets another try: no new grant either way. */
  async markComplete(platformId: string, appid: string, manager?: EntityManager): Promise<void> {
    await (manager ?? this.dataSource).query(
      `UPDATE account SET state = 'authorized', incomplete_because = NULL
       WHERE platform_id = ? AND appid = ? AND state = 'incomplete'`,
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
      // What INFO leaves out (an empty text, no id) does not erase what it told before.
      `UPDATE account SET kind = ?, nick_name = COALESCE(NULLIF(?, ''), nick_name),
         principal_name = COALESCE(NULLIF(?, ''), principal_name), user_name = COALESCE(NULLIF(?, ''), user_name),
         head_img = COALESCE(NULLIF(?, ''), head_img), service_type = COALESCE(?, service_type),
         verify_type = COALESCE(?, verify_type), account_status = COALESCE(?, account_status), info_read_at = ?,
         reread_at = ? WHERE id = ?`,
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
        new Date(now.getTime() + REREAD_AFTER_MS),
        id,
      ],
    );
  }

  /**
   * WeChat may tell the refresh token of a new authorization later (pitfall 22): it is asked every hour for three days. A
   * refused token waits for the next day.
   */
  async rereadIncomplete(manager: EntityManager, id: number, now: Date): Promise<void> {
    await manager.query(
      `UPDATE account SET reread_at = ?
       WHERE id = ? AND state = 'incomplete' AND incomplete_because IS NULL AND authorized_at > ?`,
      [new Date(now.getTime() + INCOMPLETE_AFTER_MS), id, new Date(now.getTime() - INCOMPLETE_FOR_MS)],
    );
  }

  /** Tells others, in this transaction, what was written. */
  tell(manager: EntityManager, topic: AccountTopic, id: number, now: Date): Promise<void> {
    return this.news.tell(manager, topic, id, now);
  }

  async delete(manager: EntityManager, id: number): Promise<void> {
    await manager.query('DELETE FROM account WHERE id = ?', [id]);
  }

  /**
   * Claims accounts whose INFO is due: who has them now is the only one to read them until `nextAt`. The longest due come
   * first, one state after the other, so that each is one range of the index. Accounts wait while their platform's quota for
   * INFO is used up.
   */
  async claimRereads(
    manager: EntityManager,
    at: { readonly now: Date; readonly nextAt: Date },
    count: number,
  ): Promise<number[]> {
    const ids: number[] = [];
    // Of an odd count the authorized ones have the larger half.
    const halves = { incomplete: Math.floor(count / 2), authorized: Math.ceil(count / 2) };
    for (const state of ['incomplete', 'authorized'] satisfies AccountState[]) {
      const rows = await manager.query<{ id: number }[]>(
        `SELECT id FROM account WHERE state = ? AND (reread_at IS NULL OR reread_at <= ?)
           AND platform_id NOT IN (SELECT platform_id FROM platform_pause
             WHERE call_name = 'api_get_authorizer_info' AND paused_until > ?)
         ORDER BY reread_at LIMIT ? FOR UPDATE SKIP LOCKED`,
        [state, at.now, at.now, halves[state]],
      );
      ids.push(...rows.map(({ id }) => id));
    }
    if (ids.length > 0) await manager.query('UPDATE account SET reread_at = ? WHERE id IN (?)', [at.nextAt, ids]);
    return ids;
  }

  /** One live read an account and `gapMs`, whoever asks. Null: yours; else when it may be asked for again. */
  async claimLiveRead(id: number, now: Date, gapMs: number): Promise<Date | null> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE account SET info_tried_at = ? WHERE id = ? AND (info_tried_at IS NULL OR info_tried_at <= ?)',
      [now, id, new Date(now.getTime() - gapMs)],
    );
    if (affectedRows === 1) return null;
    const [row] = await this.dataSource.query<Pick<Account, 'infoTriedAt'>[]>(
      'SELECT info_tried_at AS infoTriedAt FROM account WHERE id = ?',
      [id],
    );
    return new Date((row?.infoTriedAt ?? now).getTime() + gapMs);
  }

  /** False when somebody owns it. */
  async assign(id: number, merchantId: string): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE account SET merchant_id = ? WHERE id = ? AND (merchant_id IS NULL OR merchant_id = ?)',
      [merchantId, id, merchantId],
    );
    return affectedRows === 1;
  }
}

/** Whole characters: half a surrogate pair is no text MySQL takes. */
function clip(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('');
}
