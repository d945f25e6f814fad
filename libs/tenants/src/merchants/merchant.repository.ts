import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { type Merchant } from './merchant.entity';

const COLUMNS = 'id, provider_id AS providerId, name, created_at AS createdAt';
const OWNERS = { provider: 'provider_id', merchant: 'id' };

@Injectable()
export class MerchantRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async insert(merchant: Merchant): Promise<void> {
    // A commit of unknown outcome is repeated: the same row may be there.
    await this.transactions.run((manager) =>
      manager.query(
        'INSERT INTO merchant (id, provider_id, name, created_at) VALUES (?) ON DUPLICATE KEY UPDATE id = merchant.id',
        [[merchant.id, merchant.providerId, merchant.name, merchant.createdAt]],
      ),
    );
  }

  async findInReach(reach: Reach, id: string): Promise<Merchant | null> {
    const { sql, params } = reachFilter(reach, OWNERS);
    const rows = await this.dataSource.query<Merchant[]>(`SELECT ${COLUMNS} FROM merchant WHERE id = ? AND ${sql}`, [
      id,
      ...params,
    ]);
    return rows[0] ?? null;
  }

  async listInReach(reach: Reach, after: string | null, count: number): Promise<Merchant[]> {
    const { sql, params } = reachFilter(reach, OWNERS);
    return this.dataSource.query<Merchant[]>(
      `SELECT ${COLUMNS} FROM merchant WHERE id > ? AND ${sql} ORDER BY id LIMIT ?`,
      [after ?? '', ...params, count],
    );
  }

  /** Merchant id → owning provider's id, for those that exist. */
  async owners(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.dataSource.query<Merchant[]>(
      'SELECT id, provider_id AS providerId FROM merchant WHERE id IN (?)',
      [ids],
    );
    return new Map(rows.map(({ id, providerId }) => [id, providerId]));
  }
}
