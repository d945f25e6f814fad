import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { ApiKey } from './api-key.entity';

/** A key as its bearer needs it. */
export type BearerRow = Pick<
  ApiKey,
  | 'id'
  | 'name'
  | 'secretHash'
  | 'providerId'
  | 'merchantId'
  | 'onlyAccounts'
  | 'scopes'
  | 'expiresAt'
  | 'lastUsedAt'
  | 'revokedAt'
> & {
  readonly accountIds: readonly number[];
};

/** A key as people see it; never its hash. */
export type ListedRow = Omit<ApiKey, 'secretHash' | 'createdBy'> & {
  /** Public ids. */
  readonly accounts: readonly string[];
};

const ROWS = `SELECT k.id, k.prefix, k.name, k.provider_id AS providerId, k.merchant_id AS merchantId,
    k.only_accounts AS onlyAccounts, k.scopes, k.created_at AS createdAt, k.expires_at AS expiresAt,
    k.last_used_at AS lastUsedAt, k.revoked_at AS revokedAt
  FROM api_key k`;
const OWNERS = { provider: 'k.provider_id', merchant: 'k.merchant_id' };
/** An account that is still the key's owner's. */
const OWNED = 'a.id = b.account_id AND (k.merchant_id IS NULL OR a.merchant_id = k.merchant_id)';
const USED_EVERY_MS = 60_000;

@Injectable()
export class ApiKeyRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async insert(key: ApiKey, accountIds: readonly number[]): Promise<void> {
    await this.transactions.run(async (manager) => {
      // A commit of unknown outcome is repeated: the same rows may be there.
      await manager.query(
        `INSERT INTO api_key (id, prefix, secret_hash, name, provider_id, merchant_id, only_accounts, scopes, created_by,
           created_at, expires_at) VALUES (?) ON DUPLICATE KEY UPDATE id = api_key.id`,
        [
          [
            ...[key.id, key.prefix, key.secretHash, key.name, key.providerId, key.merchantId, key.onlyAccounts],
            ...[key.scopes, key.createdBy, key.createdAt, key.expiresAt],
          ],
        ],
      );
      if (accountIds.length > 0)
        await manager.query(
          'INSERT INTO api_key_account (api_key_id, account_id) VALUES ? ON DUPLICATE KEY UPDATE api_key_id = api_key_account.api_key_id',
          [accountIds.map((accountId) => [key.id, accountId])],
        );
    });
  }

  findByPrefix(prefix: string): Promise<BearerRow | null> {
    return this.findBearer('prefix', prefix);
  }

  findById(id: string): Promise<BearerRow | null> {
    return this.findBearer('id', id);
  }

  /** Of its accounts those that are still its owner's: one that was given to another merchant is out of reach. */
  private async findBearer(column: 'prefix' | 'id', value: string): Promise<BearerRow | null> {
    const rows = await this.dataSource.query<(Omit<BearerRow, 'accountIds'> & { accountId: number | null })[]>(
      `SELECT k.id, k.name, k.secret_hash AS secretHash, k.provider_id AS providerId, k.merchant_id AS merchantId,
         k.only_accounts AS onlyAccounts, k.scopes, k.expires_at AS expiresAt, k.last_used_at AS lastUsedAt,
         k.revoked_at AS revokedAt, a.id AS accountId
       FROM api_key k LEFT JOIN api_key_account b ON b.api_key_id = k.id
         LEFT JOIN account a ON ${OWNED}
       WHERE k.${column} = ?`,
      [value],
    );
    const [row] = rows;
    return row ? { ...row, accountIds: rows.flatMap(({ accountId }) => accountId ?? []) } : null;
  }

  /** In the order of making. */
  async listInReach(reach: Reach, after: string | null, count: number): Promise<ListedRow[]> {
    const { sql, params } = reachFilter(reach, OWNERS);
    const rows = await this.dataSource.query<ListedRow[]>(`${ROWS} WHERE k.id > ? AND ${sql} ORDER BY k.id LIMIT ?`, [
      after ?? '',
      ...params,
      count,
    ]);
    return this.withAccounts(rows);
  }

  async findInReach(reach: Reach, id: string): Promise<ListedRow | null> {
    const { sql, params } = reachFilter(reach, OWNERS);
    const rows = await this.dataSource.query<ListedRow[]>(`${ROWS} WHERE k.id = ? AND ${sql}`, [id, ...params]);
    const [row] = await this.withAccounts(rows);
    return row ?? null;
  }

  private async withAccounts(rows: readonly Omit<ListedRow, 'accounts'>[]): Promise<ListedRow[]> {
    if (rows.length === 0) return [];
    const bound = await this.dataSource.query<{ apiKeyId: string; account: string }[]>(
      `SELECT b.api_key_id AS apiKeyId, a.public_id AS account
       FROM api_key k JOIN api_key_account b ON b.api_key_id = k.id JOIN account a ON ${OWNED} WHERE k.id IN (?) ORDER BY a.id`,
      [rows.map(({ id }) => id)],
    );
    return rows.map((row) => ({
      ...row,
      accounts: bound.filter(({ apiKeyId }) => apiKeyId === row.id).map(({ account }) => account),
    }));
  }

  /** How many keys of an owner hold. */
  async countLive(providerId: string, merchantId: string | null, now: Date): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM api_key WHERE provider_id = ? AND merchant_id <=> ? AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > ?)`,
      [providerId, merchantId, now],
    );
    return row?.n ?? 0;
  }

  /** The first time counts. */
  async revoke(id: string, now: Date): Promise<void> {
    await this.dataSource.query('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [now, id]);
  }

  /** Once a minute: a key that is used all the time does not write all the time. */
  async noteUse({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>, now: Date): Promise<void> {
    const before = new Date(now.getTime() - USED_EVERY_MS);
    if (lastUsedAt !== null && lastUsedAt > before) return;
    await this.dataSource.query(
      'UPDATE api_key SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)',
      [now, id, before],
    );
  }
}
