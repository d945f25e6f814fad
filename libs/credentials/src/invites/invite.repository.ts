import { Injectable } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { DataSource } from 'typeorm';
import { digest } from '../digest';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';
import { grantsAll } from './grants-all';
import { Invite, type NewInviteRow } from './invite.entity';

/** What a campaign's link adds to an invite: only this account may authorize through it. */
export interface InviteBinding {
  readonly campaignId: string;
  readonly campaignClosedAt: Date | null;
  readonly accountId: number;
  readonly appid: string;
  readonly nickName: string;
  /** False once a newer link of the same member was issued. */
  readonly isCurrent: boolean;
  /** The account is authorized and grants all that the campaign asks for. */
  readonly isFulfilled: boolean;
}

/** An invite with the names its pages show. */
export interface InviteDetail {
  readonly id: string;
  readonly platformId: string;
  readonly componentAppid: string;
  readonly platformName: string;
  readonly publicOrigin: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly accountId: number | null;
  /** `acc_…` of the account the invite led to. */
  readonly accountPublicId: string | null;
  readonly binding: InviteBinding | null;
}

interface DetailRow extends Omit<InviteDetail, 'binding'> {
  readonly campaignId: string | null;
  readonly campaignClosedAt: Date | null;
  readonly boundAccountId: number | null;
  readonly boundAppid: string | null;
  readonly boundName: string | null;
  readonly isCurrent: number | null;
  readonly isFulfilled: number | null;
}

const DETAIL = `SELECT i.id, i.platform_id AS platformId, p.appid AS componentAppid, p.name AS platformName,
    p.public_origin AS publicOrigin, i.merchant_id AS merchantId, m.name AS merchantName, i.created_at AS createdAt,
    i.expires_at AS expiresAt, i.used_at AS usedAt, i.account_id AS accountId, a.public_id AS accountPublicId,
    i.campaign_id AS campaignId, c.closed_at AS campaignClosedAt, i.bound_account_id AS boundAccountId,
    b.appid AS boundAppid, b.nick_name AS boundName, cm.invite_id = i.id AS isCurrent,
    b.state = 'authorized' AND ${grantsAll('i.campaign_id', 'b.id')} AS isFulfilled
  FROM invite i JOIN platform p ON p.id = i.platform_id JOIN merchant m ON m.id = i.merchant_id
  LEFT JOIN account a ON a.id = i.account_id LEFT JOIN campaign c ON c.id = i.campaign_id
  LEFT JOIN account b ON b.id = i.bound_account_id
  LEFT JOIN campaign_member cm ON cm.campaign_id = i.campaign_id AND cm.account_id = i.bound_account_id`;

@Injectable()
export class InviteRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async insert(invite: NewInviteRow, token: string): Promise<void> {
    // A commit of unknown outcome is repeated: the same row may be there.
    await this.transactions.run((manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into(Invite)
        .values({ ...invite, tokenHash: digest(token) })
        .orUpdate(['id'])
        .updateEntity(false)
        .execute(),
    );
  }

  async findByToken(token: string): Promise<InviteDetail | null> {
    const rows = await this.dataSource.query<DetailRow[]>(`${DETAIL} WHERE i.token_hash = ?`, [digest(token)]);
    return rows[0] ? detail(rows[0]) : null;
  }

  async findById(id: string): Promise<InviteDetail | null> {
    const rows = await this.dataSource.query<DetailRow[]>(`${DETAIL} WHERE i.id = ?`, [id]);
    return rows[0] ? detail(rows[0]) : null;
  }

  /** Without the links of campaigns: those are the provider's business. */
  async listOfMerchant(merchantId: string, after: string, count: number): Promise<InviteDetail[]> {
    const rows = await this.dataSource.query<DetailRow[]>(
      `${DETAIL} WHERE i.merchant_id = ? AND i.id > ? AND i.campaign_id IS NULL ORDER BY i.id LIMIT ?`,
      [merchantId, after, count],
    );
    return rows.map(detail);
  }

  async addClick(
    inviteId: string,
    preAuthCode: Secret,
    at: { readonly now: Date; readonly expiresAt: Date },
  ): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO invite_click (invite_id, pre_auth_code_hash, created_at, expires_at) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE expires_at = VALUES(expires_at)`,
      [inviteId, digest(preAuthCode.reveal()), at.now, at.expiresAt],
    );
  }

  /**
   * User management, and what the merchant's accounts grant the platform now: agreeing on a page that offers less takes the
   * rest away, and nobody knows before which account it will be.
   */
  async offeredSets({ platformId, merchantId }: InviteDetail): Promise<number[]> {
    const rows = await this.dataSource.query<{ setId: number }[]>(
      `SELECT DISTINCT p.set_id AS setId FROM account a JOIN account_permission p ON p.account_id = a.id
       WHERE a.platform_id = ? AND a.merchant_id = ? AND a.state = 'authorized'`,
      [platformId, merchantId],
    );
    return [...new Set([USER_MANAGEMENT_SET, ...rows.map(({ setId }) => setId)])].sort((a, b) => a - b);
  }

  /** Deletes clicks whose codes ended before `before`. By key, so that no range is locked. */
  async pruneClicks(before: Date, count: number): Promise<void> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      'SELECT id FROM invite_click WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
      [before, count],
    );
    if (rows.length === 0) return;
    await this.dataSource.query('DELETE FROM invite_click WHERE id IN (?)', [rows.map(({ id }) => id)]);
  }

  /** When the invite's newest pre-auth code ends; null when nobody clicked. */
  async findLastClickEnd(inviteId: string): Promise<Date | null> {
    const rows = await this.dataSource.query<{ expiresAt: Date }[]>(
      'SELECT expires_at AS expiresAt FROM invite_click WHERE invite_id = ? ORDER BY id DESC LIMIT 1',
      [inviteId],
    );
    return rows[0]?.expiresAt ?? null;
  }
}

function detail(row: DetailRow): InviteDetail {
  const { campaignId, campaignClosedAt, boundAccountId, boundAppid, boundName, isCurrent, isFulfilled, ...rest } = row;
  if (campaignId === null || boundAccountId === null) return { ...rest, binding: null };
  return {
    ...rest,
    binding: {
      ...{ campaignId, campaignClosedAt, accountId: boundAccountId },
      ...{ appid: boundAppid ?? '', nickName: boundName ?? '' },
      ...{ isCurrent: isCurrent === 1, isFulfilled: isFulfilled === 1 },
    },
  };
}
