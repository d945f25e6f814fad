import { type Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { digestOf, reachFilter, type Owner, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReportLink } from './report-link.entity';

/** A link as people see it; never its hash. */
export type LinkRow = Omit<ReportLink, 'tokenHash' | 'createdBy' | 'givenBack'>;
export type NewLink = Omit<ReportLink, 'tokenHash' | 'revokedAt' | 'downloads' | 'givenBack' | 'lastDownloadAt'>;

const ROWS = `SELECT l.id, l.name, l.provider_id AS providerId, l.merchant_id AS merchantId, l.only_accounts AS onlyAccounts,
    l.from_date AS fromDate, l.to_date AS toDate, l.format, l.lang, l.created_at AS createdAt, l.expires_at AS expiresAt,
    l.revoked_at AS revokedAt, l.max_downloads AS maxDownloads, l.downloads, l.last_download_at AS lastDownloadAt
  FROM report_link l`;
const OWNERS = { provider: 'l.provider_id', merchant: 'l.merchant_id' };

@Injectable()
export class ReportLinkRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async insert(link: NewLink, token: Secret, accountIds: readonly number[]): Promise<void> {
    await this.transactions.run(async (manager) => {
      // A commit of unknown outcome is repeated: the same rows may be there.
      await manager.query(
        `INSERT INTO report_link (id, token_hash, name, provider_id, merchant_id, only_accounts, from_date, to_date, format,
           lang, created_by, created_at, expires_at, max_downloads) VALUES (?) ON DUPLICATE KEY UPDATE id = report_link.id`,
        [
          [
            ...[link.id, digestOf(token), link.name, link.providerId, link.merchantId, link.onlyAccounts],
            ...[link.fromDate, link.toDate, link.format, link.lang, link.createdBy, link.createdAt, link.expiresAt],
            link.maxDownloads,
          ],
        ],
      );
      if (accountIds.length > 0)
        await manager.query(
          `INSERT INTO report_link_account (report_link_id, account_id) VALUES ?
           ON DUPLICATE KEY UPDATE report_link_id = report_link_account.report_link_id`,
          [accountIds.map((accountId) => [link.id, accountId])],
        );
    });
  }

  async findByToken(token: Secret): Promise<LinkRow | null> {
    const rows = await this.dataSource.query<LinkRow[]>(`${ROWS} WHERE l.token_hash = ?`, [digestOf(token)]);
    return rows[0] ?? null;
  }

  async findInReach(reach: Reach, id: string): Promise<LinkRow | null> {
    const { sql, params } = reachFilter(reach, OWNERS);
    const rows = await this.dataSource.query<LinkRow[]>(`${ROWS} WHERE l.id = ? AND ${sql}`, [id, ...params]);
    return rows[0] ?? null;
  }

  /** In the order of making. */
  async listInReach(reach: Reach, after: string | null, count: number): Promise<LinkRow[]> {
    const { sql, params } = reachFilter(reach, OWNERS);
    return this.dataSource.query<LinkRow[]>(`${ROWS} WHERE l.id > ? AND ${sql} ORDER BY l.id LIMIT ?`, [
      after ?? '',
      ...params,
      count,
    ]);
  }

  /** Of the accounts that links were made for those that are still their owner's: one given to another merchant is not. */
  async ownedAccounts(
    linkIds: readonly string[],
  ): Promise<{ readonly linkId: string; readonly id: number; readonly publicId: string }[]> {
    if (linkIds.length === 0) return [];
    return this.dataSource.query(
      `SELECT b.report_link_id AS linkId, a.id, a.public_id AS publicId
       FROM report_link l JOIN report_link_account b ON b.report_link_id = l.id
         JOIN account a ON a.id = b.account_id AND (l.merchant_id IS NULL OR a.merchant_id = l.merchant_id)
       WHERE l.id IN (?) ORDER BY a.id`,
      [linkIds],
    );
  }

  /** How many links of an owner are open. */
  async countOpen({ providerId, merchantId }: Owner, now: Date): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM report_link WHERE provider_id = ? AND merchant_id <=> ? AND revoked_at IS NULL
         AND expires_at > ? AND (max_downloads IS NULL OR downloads < max_downloads)`,
      [providerId, merchantId, now],
    );
    return row?.n ?? 0;
  }

  /** The first time counts. */
  async revoke(id: string, now: Date): Promise<void> {
    await this.dataSource.query('UPDATE report_link SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [now, id]);
  }
}
