import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface SetRow {
  readonly setId: number;
}

/** What a campaign's link reads and writes beside its own row. */
@Injectable()
export class BoundInviteRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The first press counts. */
  async markOpened(member: { readonly campaignId: string; readonly accountId: number }, now: Date): Promise<void> {
    await this.dataSource.query(
      'UPDATE campaign_member SET opened_at = ? WHERE campaign_id = ? AND account_id = ? AND opened_at IS NULL',
      [now, member.campaignId, member.accountId],
    );
  }

  async wantedSets(campaignId: string): Promise<number[]> {
    const rows = await this.dataSource.query<SetRow[]>(
      'SELECT set_id AS setId FROM campaign_set WHERE campaign_id = ? ORDER BY set_id',
      [campaignId],
    );
    return rows.map(({ setId }) => setId);
  }

  /** The wanted sets and those the account grants now. */
  async offeredSets(campaignId: string, accountId: number): Promise<number[]> {
    const rows = await this.dataSource.query<SetRow[]>(
      `SELECT set_id AS setId FROM campaign_set WHERE campaign_id = ?
       UNION SELECT set_id FROM account_permission WHERE account_id = ? ORDER BY setId`,
      [campaignId, accountId],
    );
    return rows.map(({ setId }) => setId);
  }
}
