import { type Role } from '../role-policy';
import { endingVerdict, grantVerdict, seenOf, type Grant, type GrantFacts } from './membership-policy';

const HOST = { host: true, providerIds: [], merchantIds: [] };
const ADMIN = { host: false, providerIds: ['p1'], merchantIds: [] };
const grant = (role: Grant['role'], where: Partial<Grant> = {}): Grant => ({
  role,
  providerId: null,
  merchantId: null,
  ...where,
});
const facts = (known: Partial<GrantFacts> = {}): GrantFacts => ({
  providerExists: false,
  merchantOwner: null,
  ...known,
});

describe('grantVerdict', () => {
  it.each([
    ['a host gives host', HOST, grant('host'), facts(), true],
    [
      'a host gives any provider role',
      HOST,
      grant('provider_admin', { providerId: 'p9' }),
      facts({ providerExists: true }),
      true,
    ],
    [
      'a host gives any merchant role',
      HOST,
      grant('merchant_admin', { merchantId: 'm9' }),
      facts({ merchantOwner: 'p9' }),
      true,
    ],
    [
      'an admin, own provider',
      ADMIN,
      grant('provider_support', { providerId: 'p1' }),
      facts({ providerExists: true }),
      true,
    ],
    [
      'an admin, own merchant',
      ADMIN,
      grant('merchant_viewer', { merchantId: 'm1' }),
      facts({ merchantOwner: 'p1' }),
      true,
    ],
    ['an admin gives host', ADMIN, grant('host'), facts(), 'role_not_grantable'],
    [
      'an admin, foreign provider',
      ADMIN,
      grant('provider_admin', { providerId: 'p2' }),
      facts({ providerExists: true }),
      'provider_not_found',
    ],
    ['an admin, no such provider', ADMIN, grant('provider_admin', { providerId: 'p2' }), facts(), 'provider_not_found'],
    [
      'an admin, foreign merchant',
      ADMIN,
      grant('merchant_admin', { merchantId: 'm2' }),
      facts({ merchantOwner: 'p2' }),
      'merchant_not_found',
    ],
    ['an admin, no such merchant', ADMIN, grant('merchant_admin', { merchantId: 'm2' }), facts(), 'merchant_not_found'],
    ['a host, no such provider', HOST, grant('provider_admin', { providerId: 'p2' }), facts(), 'provider_not_found'],
    [
      'host with a provider',
      HOST,
      grant('host', { providerId: 'p1' }),
      facts({ providerExists: true }),
      'membership_scope_invalid',
    ],
    ['provider role without provider', HOST, grant('provider_admin'), facts(), 'membership_scope_invalid'],
    [
      'merchant role with a provider',
      HOST,
      grant('merchant_admin', { providerId: 'p1' }),
      facts(),
      'membership_scope_invalid',
    ],
  ])('%s', (_name, reach, wanted, known, expected) => {
    const verdict = grantVerdict(reach, wanted, known);
    expect(verdict.allowed ? true : verdict.because).toBe(expected);
  });
});

it.each<[string, Role, boolean, boolean, string]>([
  ['one of two administrators', 'provider_admin', true, true, 'allowed'],
  ['the last administrator', 'provider_admin', true, false, 'last_provider_admin'],
  ['one who never joined', 'provider_admin', false, false, 'allowed'],
  ['one of two hosts', 'host', true, true, 'allowed'],
  ['the last host', 'host', true, false, 'last_host'],
  ['the last operator', 'provider_operator', true, false, 'allowed'],
  ['a merchant’s last administrator, whom its provider gives another', 'merchant_admin', true, false, 'allowed'],
])('ends the role of %s', (_who, role, canLogIn, isHeldByOthers, expected) => {
  const verdict = endingVerdict(role, { canLogIn, isHeldByOthers });
  expect(verdict.allowed ? 'allowed' : verdict.because).toBe(expected);
});

it('shows a provider its own memberships and its merchants’, a merchant its own', () => {
  const ofHost = { role: 'host', providerId: null, merchantId: null, ownerId: null } as const;
  const ofProvider = { role: 'provider_admin', providerId: 'p1', merchantId: null, ownerId: 'p1' } as const;
  const ofMerchant = { role: 'merchant_admin', providerId: null, merchantId: 'm1', ownerId: 'p1' } as const;
  const foreign = { role: 'merchant_admin', providerId: null, merchantId: 'm2', ownerId: 'p2' } as const;
  const held = [ofHost, ofProvider, ofMerchant, foreign];
  expect(seenOf(HOST, held)).toEqual(held);
  expect(seenOf(ADMIN, held)).toEqual([ofProvider, ofMerchant]);
  expect(seenOf({ host: false, providerIds: [], merchantIds: ['m1'] }, held)).toEqual([ofMerchant]);
});
