import { type Principal, type Role } from '@app/tenants';
import { linkState, linkVerdict, loggedDownloader, OPEN_LINKS, ownerOf } from './report-link-policy';

const now = new Date('2026-03-10T02:00:00Z');
const person = (role: Role, providerId: string | null, merchantId: string | null): Principal => ({
  ...{ userId: 'usr_1', email: 'p@example.test', name: 'P', memberships: [{ role, providerId, merchantId }] },
});
const key = (scopes: NonNullable<Principal['key']>['scopes'], accountIds: number[] | null = null): Principal => ({
  ...{ userId: 'key_1', email: '', name: 'K', memberships: [] },
  key: { scopes, providerId: 'prv_1', merchantId: null, accountIds },
});

describe('linkState', () => {
  const link = { expiresAt: new Date(now.getTime() + 1), revokedAt: null, maxDownloads: null, downloads: 9 };

  it.each([
    ['open', {}],
    ['open', { maxDownloads: 10 }],
    ['used_up', { maxDownloads: 9 }],
    ['used_up', { maxDownloads: 1 }],
    ['expired', { expiresAt: now }],
    ['expired', { expiresAt: new Date(NaN) }],
    ['expired', { expiresAt: now, maxDownloads: 1 }],
    ['revoked', { revokedAt: now, expiresAt: now }],
  ])('is %s for %j', (state, change) => {
    expect(linkState({ ...link, ...change }, now)).toBe(state);
  });
});

describe('ownerOf', () => {
  const PROVIDER = { host: false, providerIds: ['prv_1'], merchantIds: [] };
  const MERCHANTS = { host: false, providerIds: [], merchantIds: ['mer_1', 'mer_2'] };
  const account = (merchantId: string | null, providerId = 'prv_1') => ({ providerId, merchantId });
  const [first, second, nobodys] = [account('mer_1'), account('mer_2'), account(null)];
  const ofProvider = { providerId: 'prv_1', merchantId: null };

  it('is the merchant of all accounts, whoever makes the link', () => {
    for (const reach of [PROVIDER, MERCHANTS])
      expect(ownerOf([first, first], reach)).toEqual({ providerId: 'prv_1', merchantId: 'mer_1' });
  });

  it('is the provider for several merchants, and for accounts of nobody', () => {
    for (const accounts of [[first, second], [nobodys], [first, nobodys], [nobodys, first]])
      expect(ownerOf(accounts, PROVIDER)).toEqual(ofProvider);
  });

  it('is nobody where that is not in reach, or there are several providers', () => {
    expect(ownerOf([first, second], MERCHANTS)).toBeNull();
    expect(ownerOf([nobodys], MERCHANTS)).toBeNull();
    expect(ownerOf([first], { ...MERCHANTS, merchantIds: ['mer_2'] })).toBeNull();
    const both = { ...PROVIDER, providerIds: ['prv_1', 'prv_2'] };
    expect(ownerOf([first, account('mer_1', 'prv_2')], both)).toBeNull();
    expect(ownerOf([], PROVIDER)).toBeNull();
  });
});

describe('linkVerdict', () => {
  const owner = { providerId: 'prv_1', merchantId: 'mer_1' };
  const refused = { allowed: false, because: 'report_not_readable' };

  it.each<[string, Principal, boolean]>([
    ['an operator', person('provider_operator', 'prv_1', null), true],
    ['a viewer', person('merchant_viewer', null, 'mer_1'), true],
    ['a viewer of another merchant', person('merchant_viewer', null, 'mer_2'), false],
    ['a host', person('host', null, null), false],
    ['a key that reads reports', key(['report:read', 'report-link:write']), true],
    ['a key that does not', key(['report-link:write']), false],
    ['a key of accounts', key(['report:read', 'report-link:write'], [7]), false],
  ])('lets %s share what it may read: %p', (_who, maker, allowed) => {
    expect(linkVerdict(maker, owner, 0)).toEqual(allowed ? { allowed } : refused);
  });

  it('keeps the number of open links', () => {
    const maker = person('merchant_admin', null, 'mer_1');
    expect(linkVerdict(maker, owner, OPEN_LINKS - 1).allowed).toBe(true);
    expect(linkVerdict(maker, owner, OPEN_LINKS)).toEqual({ allowed: false, because: 'too_many_links' });
  });
});

it('logs no more of a client than fits, and nothing that is not printed', () => {
  const userAgent = `a\r\nb\u0000\u{1f642}${'x'.repeat(900)}`;
  const logged = loggedDownloader({ address: `2001:db8::1%ét${'h'.repeat(90)}`, userAgent });
  expect(logged.userAgent).toMatch(/^a b x{196}$/);
  expect(logged.address).toMatch(/^2001:db8::1%th{51}$/);
});
