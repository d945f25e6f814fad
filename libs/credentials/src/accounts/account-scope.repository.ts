import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { reachFilter, type Reach, type SqlFilter } from '@app/tenants';
import { DataSource } from 'typeorm';

/** Ranges of an index that end with the account's id, and what must hold besides. */
export interface Selection {
  readonly ranges: readonly { readonly column: 'platform_id' | 'merchant_id' | 'public_id'; readonly value: unknown }[];
  readonly filter: SqlFilter;
}

/** A provider owns an account through its platform. */
const OWNERS = { provider: 'platform_id', merchant: 'merchant_id', account: 'id' };

/** Reads the accounts of a scope in the order of their ids, as many as are asked for and no more. */
@Injectable()
export class AccountScopeRepository {
  constructor(private readonly dataSource: DataSource) {}

  async platformsOf(providerIds: readonly string[], db: Queries = this.dataSource): Promise<string[]> {
    if (providerIds.length === 0) return [];
    const rows = await db.query<{ id: string }[]>('SELECT id FROM platform WHERE provider_id IN (?)', [providerIds]);
    return rows.map(({ id }) => id);
  }

  async idsAfter(selection: Selection, after: number, limit: number, db: Queries = this.dataSource): Promise<number[]> {
    const each = this.each(selection, 'id', 'AND id > ? ORDER BY id LIMIT ?', [after, limit]);
    if (each === null) return [];
    const rows = await db.query<{ id: number }[]>(`SELECT DISTINCT id FROM (${each.sql}) s ORDER BY id LIMIT ?`, [
      ...each.params,
      limit,
    ]);
    return rows.map(({ id }) => id);
  }

  async count(selection: Selection): Promise<number> {
    const each = this.each(selection, 'COUNT(*) AS n', '', []);
    if (each === null) return 0;
    const [row] = await this.dataSource.query<{ n: string }[]>(`SELECT SUM(n) AS n FROM (${each.sql}) s`, [
      ...each.params,
    ]);
    return Number(row?.n ?? 0);
  }

  /** About one of `oneOf` accounts, always the same ones, wherever they stand; at most `limit`. */
  async sample(selection: Selection, oneOf: number, limit: number): Promise<number[]> {
    const each = this.each(selection, 'id', 'AND MOD(CRC32(id), ?) = 0', [oneOf]);
    if (each === null) return [];
    const rows = await this.dataSource.query<{ id: number }[]>(`SELECT id FROM (${each.sql}) s ORDER BY id LIMIT ?`, [
      ...each.params,
      limit,
    ]);
    return rows.map(({ id }) => id);
  }

  private each(
    { ranges, filter }: Selection,
    what: string,
    rest: string,
    params: readonly unknown[],
  ): { sql: string; params: unknown[] } | null {
    if (ranges.length === 0) return null;
    const one = ({ column }: Selection['ranges'][number]): string =>
      `(SELECT ${what} FROM account WHERE ${column} IN (?) AND ${filter.sql} ${rest})`;
    return {
      sql: ranges.map(one).join(' UNION ALL '),
      params: ranges.flatMap(({ value }) => [value, ...filter.params, ...params]),
    };
  }
}

/** What `reach` covers of the accounts of platforms that are its providers'. */
export function reached(reach: Reach, platformIds: readonly string[]): SqlFilter {
  return reachFilter({ ...reach, providerIds: platformIds }, OWNERS);
}
