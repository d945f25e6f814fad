import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { reachFilter, type Reach } from '@app/tenants';
import { DataSource } from 'typeorm';
import { type Account } from './account.entity';

export interface AccountFilter {
  readonly publicIds?: readonly string[] | undefined;
  readonly merchantId?: string | undefined;
  readonly platformId?: string | undefined;
  readonly appid?: string | undefined;
  readonly componentAppid?: string | undefined;
  /** The row's id. */
  readonly id?: number | undefined;
  /** Only accounts that were not granted this permission set. */
  readonly lacks?: number | undefined;
}

export interface DirectoryRow extends Omit<
  Account,
  | 'principalName'
  | 'userName'
  | 'headImg'
  | 'serviceType'
  | 'eventTime'
  | 'infoReadAt'
  | 'infoTriedAt'
  | 'rereadAt'
  | 'createdAt'
  | 'probeAt'
> {
  readonly componentAppid: string;
  readonly providerId: string;
  /** '2,7', or null. */
  readonly sets: string | null;
  readonly isCancelReported: number;
}

const ROWS = `SELECT a.id, a.public_id AS publicId, a.appid, a.platform_id AS platformId, p.appid AS componentAppid,
    p.provider_id AS providerId, a.merchant_id AS merchantId, a.nick_name AS nickName, a.state,
    a.incomplete_because AS incompleteBecause, a.kind,
    a.verify_type AS verifyType, a.account_status AS accountStatus, a.authorized_at AS authorizedAt,
    a.revoked_at AS revokedAt, a.data_from AS dataFrom, a.complete_to AS completeTo,
    (SELECT GROUP_CONCAT(s.set_id ORDER BY s.set_id) FROM account_permission s WHERE s.account_id = a.id) AS sets,
    EXISTS (SELECT 1 FROM push_event e WHERE e.subject_appid = a.appid AND e.done_at IS NULL AND e.platform_id = a.platform_id
      AND e.info_type = 'unauthorized') AS isCancelReported
  FROM account a JOIN platform p ON p.id = a.platform_id`;
const OWNERS = { provider: 'p.provider_id', merchant: 'a.merchant_id', account: 'a.id' };

/** Reads accounts with what hangs on them, in one statement each. */
@Injectable()
export class AccountDirectoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findByIds(ids: readonly number[], db: Queries = this.dataSource): Promise<DirectoryRow[]> {
    return ids.length === 0 ? [] : db.query<DirectoryRow[]>(`${ROWS} WHERE a.id IN (?)`, [ids]);
  }

  async findInReach(reach: Reach, filter: AccountFilter, after: number, count: number): Promise<DirectoryRow[]> {
    const reached = reachFilter(reach, OWNERS);
    const parts = [reached.sql, 'a.id > ?'];
    const params: unknown[] = [...reached.params, after];
    const narrow = (sql: string, value: unknown): void => {
      if (value === undefined) return;
      parts.push(sql);
      params.push(value);
    };
    narrow('a.public_id IN (?)', filter.publicIds);
    narrow('a.merchant_id = ?', filter.merchantId);
    narrow('a.platform_id = ?', filter.platformId);
    narrow('a.appid = ?', filter.appid);
    narrow('p.appid = ?', filter.componentAppid);
    narrow('a.id = ?', filter.id);
    narrow('NOT EXISTS (SELECT 1 FROM account_permission l WHERE l.account_id = a.id AND l.set_id = ?)', filter.lacks);
    return this.dataSource.query<DirectoryRow[]>(`${ROWS} WHERE ${parts.join(' AND ')} ORDER BY a.id LIMIT ?`, [
      ...params,
      count,
    ]);
  }

  /** Ids alone, of everything in reach that the condition holds for. */
  async idsInReach(
    reach: Reach,
    column: 'p.provider_id' | 'a.merchant_id' | 'a.platform_id' | 'a.public_id',
    values: readonly string[],
  ): Promise<number[]> {
    if (values.length === 0) return [];
    const { sql, params } = reachFilter(reach, OWNERS);
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT a.id FROM account a JOIN platform p ON p.id = a.platform_id WHERE ${sql} AND ${column} IN (?) ORDER BY a.id`,
      [...params, values],
    );
    return rows.map(({ id }) => id);
  }
}
