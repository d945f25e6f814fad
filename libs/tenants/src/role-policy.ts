/** Who a person is in a provider or a merchant. A `host` runs the installation and belongs to neither. */
export const ROLES = [
  'host',
  'provider_admin',
  'provider_operator',
  'provider_support',
  'merchant_admin',
  'merchant_viewer',
] as const;
export type Role = (typeof ROLES)[number];

/** What can be done; every route declares exactly one. */
export type Action =
  | 'session:own'
  | 'provider:read'
  | 'provider:write'
  | 'user:write'
  | 'user:read'
  | 'user:recover'
  | 'membership:end'
  | 'platform:read'
  | 'platform:write'
  | 'platform:examine'
  | 'merchant:read'
  | 'merchant:write'
  | 'merchant:export'
  | 'merchant:purge'
  | 'invite:read'
  | 'invite:write'
  | 'campaign:read'
  | 'campaign:write'
  | 'account:read'
  | 'account:reread'
  | 'account:assign'
  | 'reconcile:read'
  | 'reconcile:start'
  | 'fetch:read'
  | 'fetch:start'
  | 'report:read'
  | 'report-link:read'
  | 'report-link:write'
  | 'datacube:call'
  | 'api-key:read'
  | 'api-key:write'
  | 'audit:read'
  | 'webhook:read'
  | 'webhook:write';

const EVERYONE: readonly Role[] = ROLES;
const PROVIDER: readonly Role[] = ['provider_admin', 'provider_operator', 'provider_support'];
const MERCHANT: readonly Role[] = ['merchant_admin', 'merchant_viewer'];
const OPERATES: readonly Role[] = ['provider_admin', 'provider_operator'];

/** Support sees no secrets and starts nothing; a viewer reads, and shares what it may read. */
const ALLOWED: Readonly<Record<Action, readonly Role[]>> = {
  'session:own': EVERYONE,
  'provider:read': ['host', ...PROVIDER],
  'provider:write': ['host'],
  'user:write': ['host', 'provider_admin'],
  'user:read': ['host', 'provider_admin', 'merchant_admin'],
  'user:recover': ['host', 'provider_admin', 'merchant_admin'],
  'membership:end': ['host', 'provider_admin', 'merchant_admin'],
  'platform:read': PROVIDER,
  'platform:write': ['provider_admin'],
  'platform:examine': PROVIDER,
  'merchant:read': [...PROVIDER, ...MERCHANT],
  'merchant:write': OPERATES,
  'merchant:export': ['provider_admin', 'merchant_admin'],
  'merchant:purge': ['provider_admin'],
  'invite:read': [...PROVIDER, 'merchant_admin'],
  'invite:write': OPERATES,
  'campaign:read': PROVIDER,
  'campaign:write': OPERATES,
  'account:read': [...PROVIDER, ...MERCHANT],
  'account:reread': [...OPERATES, 'merchant_admin'],
  'account:assign': ['provider_admin'],
  'reconcile:read': PROVIDER,
  'reconcile:start': OPERATES,
  'fetch:read': [...PROVIDER, ...MERCHANT],
  'fetch:start': [...OPERATES, 'merchant_admin'],
  'report:read': [...PROVIDER, ...MERCHANT],
  'report-link:read': [...PROVIDER, ...MERCHANT],
  'report-link:write': [...OPERATES, ...MERCHANT],
  'datacube:call': [...OPERATES, 'merchant_admin'],
  'api-key:read': ['provider_admin', 'merchant_admin'],
  'api-key:write': ['provider_admin', 'merchant_admin'],
  'audit:read': ['host', 'provider_admin', 'merchant_admin'],
  'webhook:read': PROVIDER,
  'webhook:write': ['provider_admin'],
};

export function allowedTo(role: Role, action: Action): boolean {
  return ALLOWED[action].includes(role);
}

export interface Membership {
  readonly role: Role;
  readonly providerId: string | null;
  readonly merchantId: string | null;
}

/** A provider, or a merchant of it. */
export interface Owner {
  readonly providerId: string;
  readonly merchantId: string | null;
}

/** What an API key may do, and where. */
export interface KeyGrant extends Owner {
  readonly scopes: readonly Action[];
  /** Nothing but these accounts; null: all of the merchant or provider. */
  readonly accountIds: readonly number[] | null;
}

/** Somebody who is logged in, or a program with a key. */
export interface Principal {
  /** A person's id, or the key's. */
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly memberships: readonly Membership[];
  readonly key?: KeyGrant;
}

/** Where a principal may do one action: queries are narrowed to it, so what lies outside does not exist for them. */
export interface Reach {
  /** The whole installation (only for what a host does). */
  readonly host: boolean;
  readonly providerIds: readonly string[];
  readonly merchantIds: readonly string[];
  /** Single accounts, by their row's id: only queries about accounts know them, for all others they are nothing. */
  readonly accountIds?: readonly number[];
}

const NOWHERE: Reach = { host: false, providerIds: [], merchantIds: [] };

/** Null when none of the principal's roles allows the action anywhere. */
export function reachFor(principal: Pick<Principal, 'memberships' | 'key'>, action: Action): Reach | null {
  if (principal.key) return reachOfKey(principal.key, action);
  const allowed = principal.memberships.filter((membership) => ALLOWED[action].includes(membership.role));
  if (allowed.length === 0) return null;
  return {
    host: allowed.some(({ role }) => role === 'host'),
    providerIds: allowed.flatMap(({ providerId }) => (providerId === null ? [] : [providerId])),
    merchantIds: allowed.flatMap(({ merchantId }) => (merchantId === null ? [] : [merchantId])),
  };
}

/** All that is one provider's, or one merchant's. */
export function reachOfOwner({ providerId, merchantId }: Owner): Reach {
  return merchantId === null ? { ...NOWHERE, providerIds: [providerId] } : { ...NOWHERE, merchantIds: [merchantId] };
}

/** Does the reach hold all of a provider, or all of a merchant? */
export function coversOwner(reach: Reach, { providerId, merchantId }: Owner): boolean {
  return reach.providerIds.includes(providerId) || (merchantId !== null && reach.merchantIds.includes(merchantId));
}

function reachOfKey(key: KeyGrant, action: Action): Reach | null {
  if (!key.scopes.includes(action)) return null;
  return key.accountIds === null ? reachOfOwner(key) : { ...NOWHERE, accountIds: key.accountIds };
}
