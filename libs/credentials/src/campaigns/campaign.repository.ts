import { Injectable } from '@nestjs/common';
import { reachFilter, type Reach } from '@app/tenants';
import { DataSource, type EntityManager } from 'typeorm';
import { Campaign } from './campaign.entity';

type Columns = Pick<Campaign, keyof Campaign>;
export type CampaignRow = Columns & { readonly sets: readonly number[] };

const ROWS = `SELECT c.id, c.provider_id AS providerId, c.name, c.member_count AS memberCount, c.created_by AS createdBy,
    c.created_at AS createdAt, c.expires_at AS expiresAt, c.closed_at AS closedAt,
    (SELECT GROUP_CONCAT(s.set_id ORDER BY s.set_id) FROM campaign_set s WHERE s.campaign_id = c.id) AS sets
  FROM campaign c`;
const OWNER = { provider: 'c.provider_id' };

@Injectable()
export class CampaignRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, { sets, ...campaign }: CampaignRow): Promise<void> {
    await manager.insert(Campaign, campaign);
    await manager.query('INSERT INTO campaign_set (campaign_id, set_id) VALUES ?', [
      sets.map((setId) => [campaign.id, setId]),
    ]);
  }

  async findInReach(reach: Reach, id: string): Promise<CampaignRow | null> {
    const { sql, params } = reachFilter(reach, OWNER);
    const rows = await this.query(this.dataSource, `WHERE c.id = ? AND ${sql}`, [id, ...params]);
    return rows[0] ?? null;
  }

  /** Newest first. */
  async listInReach(reach: Reach, before: string | null, count: number): Promise<CampaignRow[]> {
    const { sql, params } = reachFilter(reach, OWNER);
    const older = before === null ? '' : 'AND c.id < ?';
    const given = before === null ? params : [...params, before];
    return this.query(this.dataSource, `WHERE ${sql} ${older} ORDER BY c.id DESC LIMIT ?`, [...given, count]);
  }

  /** The row, held until the transaction ends: links of one campaign are issued by one at a time. */
  async findLocked(manager: EntityManager, id: string): Promise<CampaignRow | null> {
    const held = await manager.query<unknown[]>('SELECT id FROM campaign WHERE id = ? FOR UPDATE', [id]);
    return held.length === 0 ? null : ((await this.query(manager, 'WHERE c.id = ?', [id]))[0] ?? null);
  }

  /** The first time counts. */
  async close(id: string, now: Date): Promise<void> {
    await this.dataSource.query('UPDATE campaign SET closed_at = ? WHERE id = ? AND closed_at IS NULL', [now, id]);
  }

  private async query(db: DataSource | EntityManager, rest: string, params: unknown[]): Promise<CampaignRow[]> {
    const rows = await db.query<(Columns & { sets: string | null })[]>(`${ROWS} ${rest}`, params);
    return rows.map((row) => ({ ...row, sets: row.sets === null ? [] : row.sets.split(',').map(Number) }));
  }
}
