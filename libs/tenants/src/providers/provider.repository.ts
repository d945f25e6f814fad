import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { type Provider } from './provider.entity';

const COLUMNS = 'id, name, created_at AS createdAt';

@Injectable()
export class ProviderRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async insert(provider: Provider): Promise<void> {
    // A commit of unknown outcome is repeated: the same row may be there.
    await this.transactions.run((manager) =>
      manager.query('INSERT INTO provider (id, name, created_at) VALUES (?) ON DUPLICATE KEY UPDATE id = provider.id', [
        [provider.id, provider.name, provider.createdAt],
      ]),
    );
  }

  /** A host sees every provider: the list names organisations, not what they hold. */
  async listInReach(reach: Reach, after: string | null, count: number): Promise<Provider[]> {
    const { sql, params } = reach.host ? { sql: 'TRUE', params: [] } : reachFilter(reach, { provider: 'id' });
    return this.dataSource.query<Provider[]>(
      `SELECT ${COLUMNS} FROM provider WHERE id > ? AND ${sql} ORDER BY id LIMIT ?`,
      [after ?? '', ...params, count],
    );
  }

  /** Those of the given ids that exist. */
  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.dataSource.query<Provider[]>('SELECT id FROM provider WHERE id IN (?)', [ids]);
    return new Set(rows.map(({ id }) => id));
  }
}
