import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Reach } from '../role-policy';

/** Whose something is. */
export interface AuditOwner {
  readonly providerId: string;
  readonly merchantId: string | null;
  /** Of an account. */
  readonly accountId: number | null;
}

const NO_ACCOUNT = 'NULL AS accountId';
/** What an id's first letters tell, as a query for its owner. */
const OWNERS: Readonly<Record<string, string>> = {
  prv: `SELECT id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM provider WHERE id = ?`,
  mer: `SELECT provider_id AS providerId, id AS merchantId, ${NO_ACCOUNT} FROM merchant WHERE id = ?`,
  plt: `SELECT provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM platform WHERE id = ?`,
  acc: `SELECT p.provider_id AS providerId, a.merchant_id AS merchantId, a.id AS accountId
    FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.public_id = ?`,
  fet: `SELECT provider_id AS providerId, merchant_id AS merchantId, ${NO_ACCOUNT} FROM \`fetch\` WHERE id = ?`,
  key: `SELECT provider_id AS providerId, merchant_id AS merchantId, ${NO_ACCOUNT} FROM api_key WHERE id = ?`,
  rpl: `SELECT provider_id AS providerId, merchant_id AS merchantId, ${NO_ACCOUNT} FROM report_link WHERE id = ?`,
  whk: `SELECT provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM webhook_endpoint WHERE id = ?`,
  inv: `SELECT m.provider_id AS providerId, m.id AS merchantId, ${NO_ACCOUNT}
    FROM invite i JOIN merchant m ON m.id = i.merchant_id WHERE i.id = ?`,
};

@Injectable()
export class AuditOwnerRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Null for what has no owner of one kind or another, or does not exist. */
  async find(id: string): Promise<AuditOwner | null> {
    const sql = OWNERS[id.slice(0, 3)];
    if (sql === undefined) return null;
    const [owner] = await this.dataSource.query<AuditOwner[]>(sql, [id]);
    return owner ?? null;
  }
}

/** What lies outside of a reach is as if it did not exist, here as well: nobody's log tells of what is somebody else's. */
export function isWithin(reach: Reach, { providerId, merchantId, accountId }: AuditOwner): boolean {
  if (reach.host || reach.providerIds.includes(providerId)) return true;
  if (merchantId !== null && reach.merchantIds.includes(merchantId)) return true;
  return accountId !== null && (reach.accountIds?.includes(accountId) ?? false);
}
