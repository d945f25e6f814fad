import { FakeClock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { MerchantRepository } from './merchants/merchant.repository';
import { MerchantService } from './merchants/merchant.service';
import { ProviderRepository } from './providers/provider.repository';
import { ProviderService } from './providers/provider.service';
import { type Reach } from './role-policy';
import { tenantEntities } from './tenants.entities';
import { codeOf, PASSWORD } from './testing/people-world';
import { PasswordHasher } from './passwords/password-hasher';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const HOST: Reach = { host: true, providerIds: [], merchantIds: [] };

describe('tenants', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let providers: ProviderService;
  let merchants: MerchantService;
  let users: UserService;

  beforeAll(async () => {
    database = await openTestDatabase(tenantEntities);
    const { dataSource } = database;
    const transactions = new Transactions(dataSource);
    const hasher = new PasswordHasher();
    await hasher.onModuleInit();
    const [providerRows, merchantRows] = [
      new ProviderRepository(dataSource, transactions),
      new MerchantRepository(dataSource, transactions),
    ];
    const userRows = new UserRepository(dataSource, transactions);
    providers = new ProviderService(providerRows, clock);
    merchants = new MerchantService(merchantRows, clock);
    users = new UserService(userRows, providerRows, merchantRows, hasher, clock);
  }, 60_000);
  afterAll(() => database.drop());

  const reachOf = (...providerIds: string[]): Reach => ({ host: false, providerIds, merchantIds: [] });
  let people = 0;
  const newUser = (memberships: Parameters<UserService['create']>[1]['memberships'], email = `u${++people}@x.cn`) => ({
    email,
    name: 'U',
    password: PASSWORD,
    memberships,
  });

  describe('merchants', () => {
    it('are seen by their provider and themselves alone', async () => {
      const [a, b] = [await providers.create({ name: 'A' }), await providers.create({ name: 'B' })];
      const mine = await merchants.create(reachOf(a.id), { name: 'M' });
      expect(await merchants.getInReach(reachOf(a.id), mine.id)).toEqual(mine);
      expect(await merchants.getInReach({ ...reachOf(), merchantIds: [mine.id] }, mine.id)).toEqual(mine);
      expect(await codeOf(merchants.getInReach(reachOf(b.id), mine.id))).toBe('merchant_not_found');
      expect(await codeOf(merchants.getInReach(HOST, mine.id))).toBe('merchant_not_found');
      expect((await merchants.list(reachOf(b.id), { limit: 10 })).items).toEqual([]);
      expect(await codeOf(merchants.create(reachOf(a.id), { name: 'M', providerId: b.id }))).toBe('provider_not_found');
      expect(await codeOf(merchants.create(reachOf(a.id, b.id), { name: 'M' }))).toBe('provider_required');
    });

    it('come in pages without gap or repeat', async () => {
      const { id } = await providers.create({ name: 'P' });
      const made: string[] = [];
      for (let i = 0; i < 5; i++) made.push((await merchants.create(reachOf(id), { name: `M${i}` })).id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await merchants.list(reachOf(id), { limit: 2, cursor });
        seen.push(...page.items.map((merchant) => merchant.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual([...made].sort());
    });
  });

  describe('users', () => {
    it('are made within the reach only', async () => {
      const [a, b] = [await providers.create({ name: 'A' }), await providers.create({ name: 'B' })];
      const foreign = await merchants.create(reachOf(b.id), { name: 'M' });
      const give = (memberships: Parameters<UserService['create']>[1]['memberships']) =>
        codeOf(users.create(reachOf(a.id), newUser(memberships)));
      expect(await give([{ role: 'provider_admin', providerId: b.id, merchantId: null }])).toBe('provider_not_found');
      expect(await give([{ role: 'merchant_admin', providerId: null, merchantId: foreign.id }])).toBe(
        'merchant_not_found',
      );
      expect(await give([{ role: 'host', providerId: null, merchantId: null }])).toBe('role_not_grantable');
      expect(await give([{ role: 'provider_support', providerId: a.id, merchantId: null }])).toBe('nothing thrown');
    });

    it('share no address, however it is written', async () => {
      const host = [{ role: 'host' as const, providerId: null, merchantId: null }];
      await users.create(HOST, newUser(host, ' Twice@X.cn '));
      expect(await codeOf(users.create(HOST, newUser(host, 'twice@x.CN')))).toBe('email_taken');
    });

    it('are shown with the memberships in reach, not with those of other tenants', async () => {
      const [a, b] = [await providers.create({ name: 'A' }), await providers.create({ name: 'B' })];
      const merchant = await merchants.create(reachOf(a.id), { name: 'M' });
      const ours = { role: 'merchant_viewer' as const, providerId: null, merchantId: merchant.id };
      const theirs = { role: 'provider_admin' as const, providerId: b.id, merchantId: null };
      const user = await users.create(HOST, newUser([ours, theirs, ours]));
      expect(user.memberships).toHaveLength(2);
      const { items } = await users.list(reachOf(a.id), { limit: 10 });
      const memberships = [{ ...ours, id: user.memberships[0]!.id }];
      expect(items).toEqual([{ id: user.id, email: user.email, name: 'U', state: 'active', memberships }]);
    });
  });
});
