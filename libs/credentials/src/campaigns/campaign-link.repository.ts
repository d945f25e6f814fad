import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { digest } from '../digest';
import { type MemberRow } from './campaign-member.repository';
import { type Campaign } from './campaign.entity';

export interface NewLink {
  readonly inviteId: string;
  readonly member: MemberRow;
  readonly merchantId: string;
  readonly token: string;
}

const INSERTED = 500;

/** Writes members' links: each a bound invite, of which the member names the live one. */
@Injectable()
export class CampaignLinkRepository {
  /** The caller holds the campaign's row. What a member named before is dead from the commit on. */
  async insert(
    manager: EntityManager,
    campaign: Pick<Campaign, 'id' | 'expiresAt'>,
    links: readonly NewLink[],
    by: { readonly createdBy: string; readonly now: Date },
  ): Promise<void> {
    for (let start = 0; start < links.length; start += INSERTED) {
      const rows = links.slice(start, start + INSERTED);
      await manager.query(
        `INSERT INTO invite (id, token_hash, platform_id, merchant_id, created_by, created_at, expires_at, campaign_id,
           bound_account_id) VALUES ?`,
        [
          rows.map(({ inviteId, token, merchantId, member }) => [
            ...[inviteId, digest(token), member.platformId, merchantId, by.createdBy, by.now],
            ...[campaign.expiresAt, campaign.id, member.accountId],
          ]),
        ],
      );
      await manager.query(
        `UPDATE campaign_member m JOIN invite i ON i.campaign_id = m.campaign_id AND i.bound_account_id = m.account_id
         SET m.invite_id = i.id WHERE m.campaign_id = ? AND i.id IN (?)`,
        [campaign.id, rows.map(({ inviteId }) => inviteId)],
      );
    }
  }
}
