const PROVIDER = ['provider_admin', 'provider_operator', 'provider_support'];
const MERCHANT = ['merchant_admin', 'merchant_viewer'];
/** Who may do what, as promised: support starts nothing, a viewer reads and shares, a host sees no tenant's data. */
export const MAY: Readonly<Record<string, readonly string[]>> = {
  'session:own': ['host', ...PROVIDER, ...MERCHANT],
  'provider:read': ['host', ...PROVIDER],
  'provider:write': ['host'],
  'user:read': ['host', 'provider_admin', 'merchant_admin'],
  'user:recover': ['host', 'provider_admin', 'merchant_admin'],
  'membership:end': ['host', 'provider_admin', 'merchant_admin'],
  'user:write': ['host', 'provider_admin'],
  'platform:read': PROVIDER,
  'platform:write': ['provider_admin'],
  'platform:examine': PROVIDER,
  'merchant:read': [...PROVIDER, ...MERCHANT],
  'merchant:write': ['provider_admin', 'provider_operator'],
  'merchant:export': ['provider_admin', 'merchant_admin'],
  'merchant:purge': ['provider_admin'],
  'invite:read': [...PROVIDER, 'merchant_admin'],
  'invite:write': ['provider_admin', 'provider_operator'],
  'campaign:read': PROVIDER,
  'campaign:write': ['provider_admin', 'provider_operator'],
  'account:read': [...PROVIDER, ...MERCHANT],
  'account:reread': ['provider_admin', 'provider_operator', 'merchant_admin'],
  'account:assign': ['provider_admin'],
  'reconcile:read': PROVIDER,
  'reconcile:start': ['provider_admin', 'provider_operator'],
  'fetch:read': [...PROVIDER, ...MERCHANT],
  'fetch:start': ['provider_admin', 'provider_operator', 'merchant_admin'],
  'report:read': [...PROVIDER, ...MERCHANT],
  'report-link:read': [...PROVIDER, ...MERCHANT],
  'report-link:write': ['provider_admin', 'provider_operator', ...MERCHANT],
  'datacube:call': ['provider_admin', 'provider_operator', 'merchant_admin'],
  'api-key:read': ['provider_admin', 'merchant_admin'],
  'api-key:write': ['provider_admin', 'merchant_admin'],
  'audit:read': ['host', 'provider_admin', 'merchant_admin'],
  'webhook:read': PROVIDER,
  'webhook:write': ['provider_admin'],
};
/** What keys can be made for: all of it for a provider's, what a merchant may for a merchant's, and least for single accounts. */
const KEY_MAY = Object.keys(MAY).filter(
  (action) =>
    !/^(session|provider|user|membership|api-key|audit):|^(platform:write|account:assign|webhook:write|merchant:(export|purge))$/.test(
      action,
    ),
);
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  provider_key: KEY_MAY,
  merchant_key: KEY_MAY.filter((action) => MAY[action]!.includes('merchant_admin')),
  account_key: ['account:read', 'account:reread', 'report:read', 'datacube:call'],
};
