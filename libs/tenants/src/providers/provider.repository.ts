import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { Provider } from './provider.entity';

const COLUMNS = 'id, name, created_at AS createdAt';

@Injectable()
export class ProviderRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(provider: Provider): Promise<void> {
    await this.dataSource.manager.insert(Provider, provider);
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
