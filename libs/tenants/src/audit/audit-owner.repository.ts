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
  cmp: `SELECT provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM campaign WHERE id = ?`,
  rec: `SELECT p.provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT}
    FROM reconcile_run r JOIN platform p ON p.id = r.platform_id WHERE r.id = ?`,
  usr: `SELECT COALESCE(s.provider_id, m.provider_id) AS providerId, s.merchant_id AS merchantId, ${NO_ACCOUNT}
    FROM membership s LEFT JOIN merchant m ON m.id = s.merchant_id
    WHERE s.user_id = ? AND COALESCE(s.provider_id, m.provider_id) IS NOT NULL`,
  inv: `SELECT m.provider_id AS providerId, m.id AS merchantId, ${NO_ACCOUNT}
    FROM invite i JOIN merchant m ON m.id = i.merchant_id WHERE i.id = ?`,
};

@Injectable()
export class AuditOwnerRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Nobody for what does not exist, or is of no tenant; a person may be of several. */
  async find(id: string): Promise<AuditOwner[]> {
    const sql = OWNERS[id.slice(0, 3)];
    return sql === undefined ? [] : this.dataSource.query<AuditOwner[]>(sql, [id]);
  }
}

/** What lies outside of a reach is as if it did not exist, here as well: nobody's log tells of what is somebody else's. */
export function isWithin(reach: Reach, { providerId, merchantId, accountId }: AuditOwner): boolean {
  if (reach.host || reach.providerIds.includes(providerId)) return true;
  if (merchantId !== null && reach.merchantIds.includes(merchantId)) return true;
  return accountId !== null && (reach.accountIds?.includes(accountId) ?? false);
}
