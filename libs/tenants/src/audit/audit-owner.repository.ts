import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Reach } from '../role-policy';

/** Whose something is. */
export interface AuditOwner {
  readonly id: string;
  readonly providerId: string;
  readonly merchantId: string | null;
  /** Of an account. */
  readonly accountId: number | null;
}

const NO_ACCOUNT = 'NULL AS accountId';
/** What an id's first letters tell, as a query for the owners of such ids. */
const OWNERS: Readonly<Record<string, string>> = {
  prv: `SELECT id, id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM provider WHERE id IN (?)`,
  mer: `SELECT id, provider_id AS providerId, id AS merchantId, ${NO_ACCOUNT} FROM merchant WHERE id IN (?)`,
  plt: ofProvider('platform'),
  acc: `SELECT a.public_id AS id, p.provider_id AS providerId, a.merchant_id AS merchantId, a.id AS accountId
    FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.public_id IN (?)`,
  fet: ofTenant('`fetch`'),
  key: ofTenant('api_key'),
  rpl: ofTenant('report_link'),
  whk: ofProvider('webhook_endpoint'),
  cmp: ofProvider('campaign'),
  // Its merchant may be gone: it is told to the provider.
  pur: ofProvider('merchant_purge'),
  rec: `SELECT r.id, p.provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT}
    FROM reconcile_run r JOIN platform p ON p.id = r.platform_id WHERE r.id IN (?)`,
  usr: `SELECT s.user_id AS id, COALESCE(s.provider_id, m.provider_id) AS providerId, s.merchant_id AS merchantId, ${NO_ACCOUNT}
    FROM membership s LEFT JOIN merchant m ON m.id = s.merchant_id
    WHERE s.user_id IN (?) AND COALESCE(s.provider_id, m.provider_id) IS NOT NULL`,
  inv: `SELECT i.id, m.provider_id AS providerId, m.id AS merchantId, ${NO_ACCOUNT}
    FROM invite i JOIN merchant m ON m.id = i.merchant_id WHERE i.id IN (?)`,
};

function ofProvider(table: string): string {
  return `SELECT id, provider_id AS providerId, NULL AS merchantId, ${NO_ACCOUNT} FROM ${table} WHERE id IN (?)`;
}

function ofTenant(table: string): string {
  return `SELECT id, provider_id AS providerId, merchant_id AS merchantId, ${NO_ACCOUNT} FROM ${table} WHERE id IN (?)`;
}

@Injectable()
export class AuditOwnerRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Whose the ids are, in their order; one query for each kind. Nobody for what does not exist, or is of no tenant; a person may be
   * of several.
   */
  async find(ids: readonly string[]): Promise<AuditOwner[]> {
    const kinds = Object.keys(OWNERS).map((kind) => ids.filter((id) => id.startsWith(`${kind}_`)));
    const found = await Promise.all(kinds.filter((some) => some.length > 0).map((some) => this.ofKind(some)));
    const owners = found.flat();
    return ids.flatMap((id) => owners.filter((owner) => owner.id === id));
  }

  private ofKind(ids: readonly string[]): Promise<AuditOwner[]> {
    return this.dataSource.query<AuditOwner[]>(OWNERS[ids[0]?.slice(0, 3) ?? ''] ?? '', [ids]);
  }
}

/** What lies outside of a reach is as if it did not exist, here as well: nobody's log tells of what is somebody else's. */
export function isWithin(reach: Reach, { providerId, merchantId, accountId }: AuditOwner): boolean {
  if (reach.host || reach.providerIds.includes(providerId)) return true;
  if (merchantId !== null && reach.merchantIds.includes(merchantId)) return true;
  return accountId !== null && (reach.accountIds?.includes(accountId) ?? false);
}
