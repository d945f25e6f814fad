import { Injectable } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { DataSource } from 'typeorm';
import { digest } from '../digest';
import { Invite } from './invite.entity';

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
}

const DETAIL = `SELECT i.id, i.platform_id AS platformId, p.appid AS componentAppid, p.name AS platformName,
    p.public_origin AS publicOrigin, i.merchant_id AS merchantId, m.name AS merchantName, i.created_at AS createdAt,
    i.expires_at AS expiresAt, i.used_at AS usedAt, i.account_id AS accountId, a.public_id AS accountPublicId
  FROM invite i JOIN platform p ON p.id = i.platform_id JOIN merchant m ON m.id = i.merchant_id
  LEFT JOIN account a ON a.id = i.account_id`;

@Injectable()
export class InviteRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(invite: Omit<Invite, 'tokenHash'>, token: string): Promise<void> {
    await this.dataSource.manager.insert(Invite, { ...invite, tokenHash: digest(token) });
  }

  async findByToken(token: string): Promise<InviteDetail | null> {
    const rows = await this.dataSource.query<InviteDetail[]>(`${DETAIL} WHERE i.token_hash = ?`, [digest(token)]);
    return rows[0] ?? null;
  }

  async findById(id: string): Promise<InviteDetail | null> {
    const rows = await this.dataSource.query<InviteDetail[]>(`${DETAIL} WHERE i.id = ?`, [id]);
    return rows[0] ?? null;
  }

  async listOfMerchant(merchantId: string, after: string, count: number): Promise<InviteDetail[]> {
    return this.dataSource.query<InviteDetail[]>(
      `${DETAIL} WHERE i.merchant_id = ? AND i.id > ? ORDER BY i.id LIMIT ?`,
      [merchantId, after, count],
    );
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

  /** When the invite's newest pre-auth code ends; null when nobody clicked. */
  async findLastClickEnd(inviteId: string): Promise<Date | null> {
    const rows = await this.dataSource.query<{ expiresAt: Date }[]>(
      'SELECT expires_at AS expiresAt FROM invite_click WHERE invite_id = ? ORDER BY id DESC LIMIT 1',
      [inviteId],
    );
    return rows[0]?.expiresAt ?? null;
  }
}
