import { AppError, FakeClock, Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { MerchantRepository } from './merchants/merchant.repository';
import { MerchantService } from './merchants/merchant.service';
import { ProviderRepository } from './providers/provider.repository';
import { ProviderService } from './providers/provider.service';
import { type Reach } from './role-policy';
import { SessionRepository } from './sessions/session.repository';
import { SESSION_MS, SessionService } from './sessions/session.service';
import { tenantEntities } from './tenants.entities';
import { PasswordHasher } from './users/password-hasher';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const HOST: Reach = { host: true, providerIds: [], merchantIds: [] };
const PASSWORD = 'correct horse battery';
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing thrown',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('tenants', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let providers: ProviderService;
  let merchants: MerchantService;
  let users: UserService;
  let sessions: SessionService;

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
    sessions = new SessionService(new SessionRepository(dataSource, transactions), userRows, hasher, clock);
  });
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
      expect(await code(merchants.getInReach(reachOf(b.id), mine.id))).toBe('merchant_not_found');
      expect(await code(merchants.getInReach(HOST, mine.id))).toBe('merchant_not_found');
      expect((await merchants.list(reachOf(b.id), { limit: 10 })).items).toEqual([]);
      expect(await code(merchants.create(reachOf(a.id), { name: 'M', providerId: b.id }))).toBe('provider_not_found');
      expect(await code(merchants.create(reachOf(a.id, b.id), { name: 'M' }))).toBe('provider_required');
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
        code(users.create(reachOf(a.id), newUser(memberships)));
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
      expect(await code(users.create(HOST, newUser(host, 'twice@x.CN')))).toBe('email_taken');
    });

    it('are shown with the memberships in reach, not with those of other tenants', async () => {
      const [a, b] = [await providers.create({ name: 'A' }), await providers.create({ name: 'B' })];
      const merchant = await merchants.create(reachOf(a.id), { name: 'M' });
      const ours = { role: 'merchant_viewer' as const, providerId: null, merchantId: merchant.id };
      const theirs = { role: 'provider_admin' as const, providerId: b.id, merchantId: null };
      const user = await users.create(HOST, newUser([ours, theirs, ours]));
      expect(user.memberships).toHaveLength(2);
      const { items } = await users.list(reachOf(a.id), { limit: 10 });
      expect(items).toEqual([{ id: user.id, email: user.email, name: 'U', memberships: [ours] }]);
    });
  });

  describe('sessions', () => {
    it('open with the right password only and say nothing about who exists', async () => {
      const user = await users.createHost(newUser([]));
      expect(await code(sessions.login(user.email, 'wrong horse battery'))).toBe('login_failed');
      expect(await code(sessions.login('nobody@x.cn', PASSWORD))).toBe('login_failed');
      const { id, principal } = await sessions.login(` ${user.email.toUpperCase()} `, PASSWORD);
      expect(principal).toMatchObject({ userId: user.id, memberships: [{ role: 'host' }] });
      expect(await sessions.findPrincipal(id)).toEqual(principal);
      expect(await sessions.findPrincipal(new Secret('guess'))).toBeNull();
    });

    it('are stored as hashes', async () => {
      const user = await users.createHost(newUser([]));
      const { id } = await sessions.login(user.email, PASSWORD);
      const rows = await database.dataSource.query<{ id_hash: Buffer }[]>(
        'SELECT id_hash FROM session WHERE user_id = ?',
        [user.id],
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]!.id_hash.toString('base64url')).not.toBe(id.reveal());
    });

    it('end after twelve hours, at logout, at the next login, and when the person is disabled', async () => {
      const user = await users.createHost(newUser([]));
      const first = await sessions.login(user.email, PASSWORD);
      const second = await sessions.login(user.email, PASSWORD, first.id);
      expect(await sessions.findPrincipal(first.id)).toBeNull();
      clock.advance(SESSION_MS - 1);
      expect(await sessions.findPrincipal(second.id)).not.toBeNull();
      clock.advance(1);
      expect(await sessions.findPrincipal(second.id)).toBeNull();
      const third = await sessions.login(user.email, PASSWORD);
      await sessions.logout(third.id);
      expect(await sessions.findPrincipal(third.id)).toBeNull();
      const fourth = await sessions.login(user.email, PASSWORD);
      await database.dataSource.query('UPDATE user SET disabled_at = ? WHERE id = ?', [clock.now(), user.id]);
      expect(await sessions.findPrincipal(fourth.id)).toBeNull();
      expect(await code(sessions.login(user.email, PASSWORD))).toBe('login_failed');
    });
  });
});
