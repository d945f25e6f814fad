import { reachFilter } from './reach-filter';
import { reachFor, ROLES, type Action, type Membership } from './role-policy';

const person = (...memberships: Membership[]) => ({ userId: 'usr_1', email: 'a@b.cn', name: 'A', memberships });
const inProvider = (role: Membership['role'], providerId: string): Membership => ({
  role,
  providerId,
  merchantId: null,
});
const inMerchant = (role: Membership['role'], merchantId: string): Membership => ({
  role,
  providerId: null,
  merchantId,
});

describe('reachFor', () => {
  it('holds only the places whose role allows the action', () => {
    const both = person(inProvider('provider_admin', 'p1'), inProvider('provider_support', 'p2'));
    expect(reachFor(both, 'merchant:write')).toEqual({ host: false, providerIds: ['p1'], merchantIds: [] });
    expect(reachFor(both, 'merchant:read')).toEqual({ host: false, providerIds: ['p1', 'p2'], merchantIds: [] });
  });

  it('is null when no role allows it', () => {
    expect(reachFor(person(inMerchant('merchant_viewer', 'm1')), 'fetch:start')).toBeNull();
    expect(reachFor(person(), 'session:own')).toBeNull();
  });

  it('keeps campaigns from merchants', () => {
    for (const action of ['campaign:read', 'campaign:write'] as const) {
      expect(reachFor(person(inMerchant('merchant_admin', 'm1')), action)).toBeNull();
      expect(reachFor(person(inProvider('provider_operator', 'p1')), action)?.providerIds).toEqual(['p1']);
    }
    expect(reachFor(person(inProvider('provider_support', 'p1')), 'campaign:read')?.providerIds).toEqual(['p1']);
  });

  it.each<Action>([
    'campaign:write',
    'fetch:start',
    'invite:write',
    'merchant:write',
    'platform:write',
    'user:write',
    'account:reread',
    'account:assign',
    'reconcile:start',
  ])('gives support and viewers no %s', (action) => {
    expect(reachFor(person(inProvider('provider_support', 'p1')), action)).toBeNull();
    expect(reachFor(person(inMerchant('merchant_viewer', 'm1')), action)).toBeNull();
  });

  it('leaves an account to whom a provider’s administrator gives it, and reconciles to the provider', () => {
    expect(reachFor(person(inProvider('provider_operator', 'p1')), 'account:assign')).toBeNull();
    expect(reachFor(person(inMerchant('merchant_admin', 'm1')), 'reconcile:read')).toBeNull();
    expect(reachFor(person(inProvider('provider_support', 'p1')), 'reconcile:read')).not.toBeNull();
    expect(reachFor(person(inMerchant('merchant_admin', 'm1')), 'account:reread')).not.toBeNull();
  });

  it('lets all of a provider’s staff examine its platforms, and nobody else', () => {
    const may = ROLES.filter((role) =>
      reachFor(person({ role, providerId: 'p1', merchantId: null }), 'platform:examine'),
    );
    expect(may).toEqual(['provider_admin', 'provider_operator', 'provider_support']);
  });

  it('lets everybody share who may read a report, support aside', () => {
    const may = (action: Action) =>
      ROLES.filter((role) => reachFor(person({ role, providerId: 'p1', merchantId: 'm1' }), action));
    expect(may('report-link:write')).toEqual(may('report:read').filter((role) => role !== 'provider_support'));
    expect(may('report-link:read')).toEqual(may('report:read'));
  });

  it('lets everybody handle their own session', () => {
    for (const role of ROLES)
      expect(reachFor(person({ role, providerId: null, merchantId: null }), 'session:own')).not.toBeNull();
  });
});

describe('reachFilter', () => {
  it('names providers and merchants', () => {
    const reach = { host: false, providerIds: ['p1'], merchantIds: ['m1', 'm2'] };
    expect(reachFilter(reach, { provider: 'a', merchant: 'b' })).toEqual({
      sql: '(a IN (?) OR b IN (?))',
      params: [['p1'], ['m1', 'm2']],
    });
  });

  it('covers nothing for a host, and where rows have no owner of that kind', () => {
    expect(reachFilter({ host: true, providerIds: [], merchantIds: [] }, { provider: 'a', merchant: 'b' }).sql).toBe(
      'FALSE',
    );
    expect(reachFilter({ host: false, providerIds: [], merchantIds: ['m'] }, { provider: 'a' }).sql).toBe('FALSE');
  });
});
