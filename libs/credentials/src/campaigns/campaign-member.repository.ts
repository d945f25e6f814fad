import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AccountState } from '../accounts/account.entity';
import { type MemberReason } from './campaign-policy';
import { type SetChange } from './member-policy';

/** A member with what its account and its newest link say of themselves. */
export interface MemberRow {
  readonly accountId: number;
  readonly publicId: string;
  readonly appid: string;
  readonly nickName: string;
  readonly platformId: string;
  readonly publicOrigin: string;
  readonly merchantId: string | null;
  readonly merchantName: string | null;
  readonly because: MemberReason;
  readonly sentAt: Date | null;
  readonly openedAt: Date | null;
  readonly accountState: AccountState;
  readonly authorizedAt: Date;
  readonly revokedAt: Date | null;
  readonly inviteId: string | null;
  readonly linkIssuedAt: Date | null;
  readonly linkExpiresAt: Date | null;
  readonly linkUsedAt: Date | null;
}

/** What happened to members' accounts, by account id. */
export interface MemberHistory {
  readonly held: ReadonlyMap<number, readonly number[]>;
  readonly changes: ReadonlyMap<number, readonly SetChange[]>;
  readonly firstCodes: ReadonlyMap<number, Date>;
}

const INSERTED = 1_000;
const ROWS = `SELECT m.account_id AS accountId, a.public_id AS publicId, a.appid, a.nick_name AS nickName,
    a.platform_id AS platformId, p.public_origin AS publicOrigin, a.merchant_id AS merchantId, r.name AS merchantName,
    m.because, m.sent_at AS sentAt, m.opened_at AS openedAt, a.state AS accountState, a.authorized_at AS authorizedAt,
    a.revoked_at AS revokedAt, i.id AS inviteId, i.created_at AS linkIssuedAt, i.expires_at AS linkExpiresAt,
    i.used_at AS linkUsedAt
  FROM campaign_member m JOIN account a ON a.id = m.account_id JOIN platform p ON p.id = a.platform_id
  LEFT JOIN merchant r ON r.id = a.merchant_id LEFT JOIN invite i ON i.id = m.invite_id`;

@Injectable()
export class CampaignMemberRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(
    manager: EntityManager,
    campaignId: string,
    members: readonly { readonly accountId: number; readonly because: MemberReason }[],
  ): Promise<void> {
    for (let start = 0; start < members.length; start += INSERTED) {
      const some = members.slice(start, start + INSERTED);
      await manager.query('INSERT INTO campaign_member (campaign_id, account_id, because) VALUES ?', [
        some.map(({ accountId, because }) => [campaignId, accountId, because]),
      ]);
    }
  }

  async list(campaignId: string, after: number, count: number, manager?: EntityManager): Promise<MemberRow[]> {
    return (manager ?? this.dataSource).query<MemberRow[]>(
      `${ROWS} WHERE m.campaign_id = ? AND m.account_id > ? ORDER BY m.account_id LIMIT ?`,
      [campaignId, after, count],
    );
  }

  /** Those of the given public ids that are members. */
  async listNamed(campaignId: string, publicIds: readonly string[], manager?: EntityManager): Promise<MemberRow[]> {
    return (manager ?? this.dataSource).query<MemberRow[]>(
      `${ROWS} WHERE m.campaign_id = ? AND a.public_id IN (?) ORDER BY m.account_id`,
      [campaignId, publicIds],
    );
  }

  /** The first time counts. */
  async markSent(campaignId: string, accountIds: readonly number[], now: Date): Promise<void> {
    if (accountIds.length === 0) return;
    await this.dataSource.query(
      'UPDATE campaign_member SET sent_at = ? WHERE campaign_id = ? AND account_id IN (?) AND sent_at IS NULL',
      [now, campaignId, accountIds],
    );
  }

  /** Three statements, however many accounts. */
  async history(accountIds: readonly number[], since: Date, manager?: EntityManager): Promise<MemberHistory> {
    if (accountIds.length === 0) return { held: new Map(), changes: new Map(), firstCodes: new Map() };
    const db = manager ?? this.dataSource;
    const held = await db.query<{ accountId: number; setId: number }[]>(
      'SELECT account_id AS accountId, set_id AS setId FROM account_permission WHERE account_id IN (?)',
      [accountIds],
    );
    const changes = await db.query<(SetChange & { accountId: number })[]>(
      `SELECT account_id AS accountId, set_id AS setId, change_kind AS kind, changed_at AS at
       FROM account_permission_history WHERE account_id IN (?) AND changed_at > ? ORDER BY id`,
      [accountIds, since],
    );
    const codes = await db.query<{ accountId: number; at: Date }[]>(
      `SELECT account_id AS accountId, MIN(created_at) AS at FROM authorization_code
       WHERE account_id IN (?) AND state = 'done' AND created_at > ? GROUP BY account_id`,
      [accountIds, since],
    );
    return {
      held: grouped(held, ({ setId }) => setId),
      changes: grouped(changes, (change) => change),
      firstCodes: new Map(codes.map(({ accountId, at }) => [accountId, at])),
    };
  }
}

function grouped<R extends { readonly accountId: number }, T>(
  rows: readonly R[],
  value: (row: R) => T,
): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.accountId);
    if (group) group.push(value(row));
    else groups.set(row.accountId, [value(row)]);
  }
  return groups;
}
