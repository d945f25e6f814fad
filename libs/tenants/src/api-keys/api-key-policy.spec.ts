import { reachFor, type Principal, type Role } from '../role-policy';
import { bearerVerdict, KEY_SCOPES, keyPrincipal, keyVerdict, prefixOf, type WantedKey } from './api-key-policy';

const now = new Date('2026-03-10T02:00:00Z');
const person = (role: Role, providerId: string | null, merchantId: string | null): Principal => ({
  ...{ userId: 'usr_1', email: 'p@example.test', name: 'P', memberships: [{ role, providerId, merchantId }] },
});
const ADMIN = person('provider_admin', 'prv_1', null);
const MERCHANT_ADMIN = person('merchant_admin', null, 'mer_1');
const wanted = (more: Partial<WantedKey> = {}): WantedKey => ({
  ...{ scopes: ['account:read'], providerId: 'prv_1', merchantId: null, isOfAccounts: false, expiresAt: null },
  ...{ live: 0, ...more },
});

describe('keyVerdict', () => {
  it.each<[string, Principal, Partial<WantedKey>, string[] | null]>([
    ['all of a provider', ADMIN, { scopes: KEY_SCOPES }, null],
    ['another provider', ADMIN, { providerId: 'prv_2' }, ['account:read']],
    ['a merchant of one’s provider', ADMIN, { merchantId: 'mer_9', scopes: ['fetch:start', 'report:read'] }, null],
    ['what merchants cannot do', ADMIN, { merchantId: 'mer_9', scopes: ['platform:read'] }, ['platform:read']],
    ['one’s own merchant', MERCHANT_ADMIN, { merchantId: 'mer_1', scopes: ['fetch:start'] }, null],
    ['another merchant', MERCHANT_ADMIN, { merchantId: 'mer_2' }, ['account:read']],
    ['one’s provider', MERCHANT_ADMIN, {}, ['account:read']],
    ['single accounts', ADMIN, { isOfAccounts: true, scopes: ['account:read', 'report:read'] }, null],
    ['fetches of single accounts', ADMIN, { isOfAccounts: true, scopes: ['fetch:start'] }, ['fetch:start']],
    ['what an operator may', person('provider_operator', 'prv_1', null), { scopes: ['merchant:write'] }, null],
    ['more than support may', person('provider_support', 'prv_1', null), { scopes: ['fetch:start'] }, ['fetch:start']],
  ])('%s', (_what, maker, more, refused) => {
    const verdict = keyVerdict(maker, wanted(more), now);
    expect(verdict).toEqual(
      refused === null ? { allowed: true } : { allowed: false, because: 'scope_not_grantable', scopes: refused },
    );
  });

  it('lets no key make another', () => {
    const key = { scopes: KEY_SCOPES, providerId: 'prv_1', merchantId: null, accountIds: null };
    expect(reachFor(keyPrincipal('key_1', 'k', key), 'api-key:write')).toBeNull();
  });

  it('refuses an expiry that is past, far away, or no time at all', () => {
    for (const expiresAt of [now, new Date(NaN), new Date('+010000-01-01T00:00:00Z')])
      expect(keyVerdict(ADMIN, wanted({ expiresAt }), now)).toEqual({ allowed: false, because: 'expiry_invalid' });
    expect(keyVerdict(ADMIN, wanted({ expiresAt: new Date('2036-03-09T00:00:00Z') }), now).allowed).toBe(true);
  });

  it('keeps the number of keys that hold', () => {
    expect(keyVerdict(ADMIN, wanted({ live: 49 }), now).allowed).toBe(true);
    expect(keyVerdict(ADMIN, wanted({ live: 50 }), now)).toEqual({ allowed: false, because: 'too_many_keys' });
  });
});

describe('the reach of a key', () => {
  const grant = { scopes: ['account:read'] as const, providerId: 'prv_1', merchantId: null, accountIds: null };
  const reach = (more: object, action: 'account:read' | 'report:read' = 'account:read') =>
    reachFor(keyPrincipal('key_1', 'k', { ...grant, ...more }), action);

  it('is its tenant, or its accounts and nothing else', () => {
    expect(reach({})).toEqual({ host: false, providerIds: ['prv_1'], merchantIds: [] });
    expect(reach({ merchantId: 'mer_1' })).toEqual({ host: false, providerIds: [], merchantIds: ['mer_1'] });
    const single = { host: false, providerIds: [], merchantIds: [], accountIds: [7] };
    expect(reach({ merchantId: 'mer_1', accountIds: [7] })).toEqual(single);
    expect(reach({ accountIds: [] })).toEqual({ ...single, accountIds: [] });
    expect(reach({}, 'report:read')).toBeNull();
  });
});

it('ends with its expiry, and with its revocation', () => {
  const open = { expiresAt: null, revokedAt: null };
  expect(bearerVerdict(open, now)).toEqual({ open: true });
  expect(bearerVerdict({ ...open, expiresAt: new Date(now.getTime() + 1) }, now)).toEqual({ open: true });
  expect(bearerVerdict({ ...open, expiresAt: now }, now)).toEqual({ open: false, because: 'expired' });
  expect(bearerVerdict({ ...open, expiresAt: new Date(NaN) }, now)).toEqual({ open: false, because: 'expired' });
  expect(bearerVerdict({ ...open, revokedAt: now }, now)).toEqual({ open: false, because: 'revoked' });
});

it.each([
  [`wpg_0123456789ab_${'A'.repeat(43)}`, '0123456789ab'],
  [`wpg_0123456789ab_${'_-'.repeat(21)}z`, '0123456789ab'],
  [`wpg_0123456789ab_${'A'.repeat(42)}`, null],
  [`wpg_0123456789aB_${'A'.repeat(43)}`, null],
  [`wpg_0123456789ab_${'A'.repeat(43)}\n`, null],
  ['', null],
])('finds the prefix of %j', (key, prefix) => {
  expect(prefixOf(key)).toBe(prefix);
});
