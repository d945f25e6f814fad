import { type Reach } from './role-policy';

/** A condition for WHERE and its parameters. */
export interface SqlFilter {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/**
 * Narrows a query to what a reach covers. Columns are SQL names from code, never from input: `provider` holds the owning
 * provider's id, `merchant` (where rows have one) the owning merchant's, `account` the id of an
 * account's row. A host's reach covers no tenant data.
 */
export function reachFilter(
  reach: Reach,
  columns: { readonly provider?: string; readonly merchant?: string; readonly account?: string },
): SqlFilter {
  const parts: string[] = [];
  const params: unknown[] = [];
  if (columns.provider !== undefined && reach.providerIds.length > 0) {
    parts.push(`${columns.provider} IN (?)`);
    params.push(reach.providerIds);
  }
  if (columns.merchant !== undefined && reach.merchantIds.length > 0) {
    parts.push(`${columns.merchant} IN (?)`);
    params.push(reach.merchantIds);
  }
  const accountIds = reach.accountIds ?? [];
  if (columns.account !== undefined && accountIds.length > 0) {
    parts.push(`${columns.account} IN (?)`);
    params.push(accountIds);
  }
  return { sql: parts.length === 0 ? 'FALSE' : `(${parts.join(' OR ')})`, params };
}
