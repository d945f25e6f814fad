import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type InviteTie } from '../invites/invite-tie.repository';

/** An authorization code lives an hour after the page was left. */
const CODE_LIFE_SECONDS = 3_600;

export interface StoredPlace {
  readonly appid: string;
  readonly isAuthorized: boolean;
  readonly merchantId: string | null;
}

/** What else is under way while the answer to a code is missing. */
@Injectable()
export class LostExchangeRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** When the invite's link was first followed; null when never. */
  async findFirstClick(inviteId: string): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ clickedAt: Date | null }[]>(
      'SELECT MIN(created_at) AS clickedAt FROM invite_click WHERE invite_id = ?',
      [inviteId],
    );
    return row?.clickedAt ?? null;
  }

  /** Another code of the platform without its account, or another merchant on WeChat's page. */
  async isOtherUnderWay(platformId: string, codeId: number, tie: InviteTie, since: Date, now: Date): Promise<boolean> {
    const [codes] = await this.dataSource.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM authorization_code
       WHERE platform_id = ? AND id <> ? AND state IN ('open', 'expired') AND created_at >= ?`,
      [platformId, codeId, since],
    );
    const [clicks] = await this.dataSource.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM invite_click c JOIN invite i ON i.id = c.invite_id
       WHERE i.platform_id = ? AND i.merchant_id <> ? AND i.used_at IS NULL AND c.expires_at > ? - INTERVAL ? SECOND`,
      [platformId, tie.merchantId, now, CODE_LIFE_SECONDS],
    );
    return (codes?.n ?? 0) + (clicks?.n ?? 0) > 0;
  }

  async findPlaces(platformId: string, appids: readonly string[]): Promise<StoredPlace[]> {
    if (appids.length === 0) return [];
    const rows = await this.dataSource.query<{ appid: string; state: string; merchantId: string | null }[]>(
      'SELECT appid, state, merchant_id AS merchantId FROM account WHERE platform_id = ? AND appid IN (?)',
      [platformId, appids],
    );
    return rows.map(({ state, ...row }) => ({ ...row, isAuthorized: state === 'authorized' }));
  }
}
