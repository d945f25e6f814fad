import { type Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type EntityManager } from 'typeorm';
import { LoginService } from '../logins/login.service';
import { MerchantService } from '../merchants/merchant.service';
import { PasswordLinks } from '../passwords/password-links';
import { ProviderService } from '../providers/provider.service';
import { reachFor, type Principal, type Reach, type Role } from '../role-policy';
import { SessionService } from '../sessions/session.service';
import { client, codeOf, PASSWORD, PeopleWorld, unwatched } from '../testing/people-world';
import { type Grant } from './membership-policy';
import { MembershipService } from './membership.service';
import { type Carer, UserCare } from './user-care';
import { UserService, type UserView } from './user.service';

const HOST: Reach = { host: true, providerIds: [], merchantIds: [] };
const NOWHERE: Reach = { host: false, providerIds: [], merchantIds: [] };
const NEW = 'another horse battery';

jest.setTimeout(60_000);

/** As when the connection dies at each commit: it is stored, and nobody knows. */
class Repeating extends Transactions {
  override async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    await super.run(work);
    return super.run(work);
  }
}

describe('memberships', () => {
  let world: PeopleWorld;
  let memberships: MembershipService;
  let sessions: SessionService;
  let provider: string;
  let merchant: string;
  let reach: Reach;

  beforeAll(async () => {
    world = await PeopleWorld.open();
    memberships = world.get(MembershipService);
    sessions = world.get(SessionService);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ({ id: provider } = await world.get(ProviderService).create({ name: 'P' }));
    reach = { ...NOWHERE, providerIds: [provider] };
    ({ id: merchant } = await world.get(MerchantService).create(reach, { name: 'M' }));
    await world.sql('DELETE FROM attempt_counter');
  });

  const ofProvider = (role: Role, providerId = provider): Grant => ({ role, providerId, merchantId: null });
  const ofMerchant = (role: Role, merchantId = merchant): Grant => ({ role, providerId: null, merchantId });
  const host: Grant = { role: 'host', providerId: null, merchantId: null };
  const first = (user: UserView): string => user.memberships[0]!.id;
  const end = (over: Reach, user: UserView, id = first(user)): Promise<string> =>
    codeOf(memberships.end(over, user.id, id));
  const give = (over: Reach, user: UserView, grant: Grant): Promise<string> =>
    codeOf(memberships.give(over, user.id, grant));
  const change = (over: Reach, user: UserView, role: Role, id = first(user)): Promise<string> =>
    codeOf(memberships.change(over, user.id, id, role));
  const rolesOf = async ({ id }: UserView): Promise<string[]> => {
    const rows = await world.sql<{ role: string }>('SELECT role FROM membership WHERE user_id = ? ORDER BY id', [id]);
    return rows.map(({ role }) => role);
  };
  const isIn = async (token: Secret): Promise<boolean> => (await sessions.findPrincipal(token)) !== null;
  function carer({ id, email, name, memberships: held }: UserView): Carer {
    const principal: Principal = { userId: id, email, name, memberships: held };
    return { principal, reach: reachFor(principal, 'user:recover')! };
  }
  let invited = 0;
  const invite = (by: Carer, grant: Grant) =>
    world.get(UserCare).invite(by, { email: `guest-${++invited}@x.cn`, name: 'Guest', memberships: [grant] });

  it('are given within the reach, once, and hold from the next request on', async () => {
    const person = await world.makeUser([ofMerchant('merchant_viewer')]);
    const { token } = await world.login(person.email, PASSWORD);
    expect(await give(reach, person, ofProvider('provider_operator'))).toBe('nothing thrown');
    expect((await sessions.findPrincipal(token))?.memberships).toEqual([
      ofMerchant('merchant_viewer'),
      ofProvider('provider_operator'),
    ]);
    expect(await give(reach, person, ofProvider('provider_operator'))).toBe('membership_held');
    expect(await give(reach, person, host)).toBe('role_not_grantable');
    expect(await give(reach, person, { ...host, role: 'merchant_admin' })).toBe('membership_scope_invalid');
    const { id: foreign } = await world.get(ProviderService).create({ name: 'other' });
    for (const id of [foreign, 'prv_nothing'])
      expect(await give(reach, person, ofProvider('provider_support', id))).toBe('provider_not_found');
    expect(await give({ ...NOWHERE, providerIds: [foreign] }, person, ofProvider('provider_support', foreign))).toBe(
      'user_not_found',
    );
    const at = await Promise.all(Array.from({ length: 5 }, () => give(reach, person, ofProvider('provider_support'))));
    expect(at.filter((code) => code === 'nothing thrown')).toHaveLength(1);
    expect(await rolesOf(person)).toHaveLength(3);
  });

  it('are not given without end', async () => {
    const person = await world.makeUser([ofProvider('provider_support')]);
    const rows = Array.from({ length: 199 }, (_, i) => [`mem_x${i}`, person.id, `role ${i}`, '', new Date()]);
    await world.sql('INSERT INTO membership (id, user_id, role, scope_id, created_at) VALUES ?', [rows]);
    expect(await give(reach, person, ofMerchant('merchant_viewer'))).toBe('too_many_memberships');
  });

  it('change in one step, where they are', async () => {
    const [person, admin] = [
      await world.makeUser([ofProvider('provider_admin')]),
      await world.makeUser([ofProvider('provider_admin')]),
    ];
    expect(await change(reach, person, 'provider_support')).toBe('nothing thrown');
    expect(await rolesOf(person)).toEqual(['provider_support']);
    expect(await change(reach, person, 'provider_support')).toBe('nothing thrown');
    for (const role of ['merchant_viewer', 'host'] as const)
      expect(await change(reach, person, role)).toBe('membership_scope_invalid');
    expect(await change(reach, admin, 'provider_operator')).toBe('last_provider_admin');
    await memberships.give(reach, person.id, ofProvider('provider_operator'));
    expect(await change(reach, person, 'provider_operator')).toBe('membership_held');
    expect(await change({ ...NOWHERE, merchantIds: [merchant] }, person, 'provider_admin')).toBe('user_not_found');
  });

  it('are taken away within the reach alone', async () => {
    const person = await world.makeUser([ofMerchant('merchant_viewer'), ofProvider('provider_support'), host]);
    const [viewer, support, hosts] = person.memberships.map(({ id }) => id);
    const ofMerchants = { ...NOWHERE, merchantIds: [merchant] };
    for (const id of [support, hosts, 'mem_nothing'])
      expect(await end(ofMerchants, person, id)).toBe('membership_not_found');
    expect(await end(reach, person, hosts)).toBe('membership_not_found');
    expect(await end({ ...NOWHERE, providerIds: ['prv_other'] }, person, viewer)).toBe('user_not_found');
    const other = await world.makeUser([ofMerchant('merchant_viewer')]);
    expect(await end(reach, other, viewer)).toBe('membership_not_found');
    expect(await end(HOST, { ...person, id: 'usr_nothing' })).toBe('user_not_found');
    expect(await end(ofMerchants, person, viewer)).toBe('nothing thrown');
    expect(await end(reach, person, support)).toBe('nothing thrown');
    expect(await rolesOf(person)).toEqual(['host']);
  });

  it('are given, changed and ended once when a commit has to be repeated', async () => {
    const person = await world.makeUser([ofMerchant('merchant_viewer')]);
    const repeating = new MembershipService(new Repeating(world.database.dataSource), world.clock);
    const { id } = await repeating.give(reach, person.id, ofProvider('provider_admin'));
    expect(await rolesOf(person)).toEqual(['merchant_viewer', 'provider_admin']);
    await world.makeUser([ofProvider('provider_admin')]);
    await repeating.change(reach, person.id, id, 'provider_support');
    await repeating.end(reach, person.id, first(person));
    expect(await rolesOf(person)).toEqual(['provider_support']);
    await repeating.end(reach, person.id, id);
    expect(await end(reach, person, id)).toBe('user_not_found');
  });

  describe('of the last', () => {
    it('administrator stay, whoever takes them away, also from themselves', async () => {
      const admin = await world.makeUser([ofProvider('provider_admin')]);
      await invite(carer(await world.makeHost()), ofProvider('provider_admin'));
      for (const over of [HOST, reach]) expect(await end(over, admin)).toBe('last_provider_admin');
      const second = await world.makeUser([ofProvider('provider_admin')]);
      expect([await end(reach, admin), await end(reach, second)]).toEqual(['nothing thrown', 'last_provider_admin']);
      const merchants = await world.makeUser([ofMerchant('merchant_admin')]);
      expect(await end(reach, merchants)).toBe('nothing thrown');
    });

    it('administrator who never joined do not', async () => {
      const { user } = await invite(carer(await world.makeHost()), ofProvider('provider_admin'));
      expect(await end(HOST, user)).toBe('nothing thrown');
    });

    it.each(['ended', 'changed'])('administrators are not all %s at once', async (how) => {
      for (let round = 0; round < 5; round++) {
        const { id } = await world.get(ProviderService).create({ name: 'P' });
        const over = { ...NOWHERE, providerIds: [id] };
        const admins = await Promise.all([1, 2, 3, 4].map(() => world.makeUser([ofProvider('provider_admin', id)])));
        const outcomes = await Promise.all(
          admins.map((admin) => (how === 'ended' ? end(over, admin) : change(over, admin, 'provider_support'))),
        );
        expect(outcomes.sort()).toEqual(['last_provider_admin', ...Array<string>(3).fill('nothing thrown')]);
        const left = await world.sql("SELECT 1 FROM membership WHERE provider_id = ? AND role = 'provider_admin'", [
          id,
        ]);
        expect(left).toHaveLength(1);
      }
    });

    it('hosts are not all taken away at once', async () => {
      for (let round = 0; round < 5; round++) {
        await world.sql("DELETE FROM membership WHERE role = 'host'");
        const hosts = await Promise.all([1, 2, 3].map(() => world.makeHost()));
        const outcomes = await Promise.all(hosts.map((one) => end(HOST, one)));
        expect(outcomes.sort()).toEqual(['last_host', 'nothing thrown', 'nothing thrown']);
      }
    });
  });

  describe('that were the only ones', () => {
    it('end sessions, pending logins and links; the password opens nothing, and strangers are told nothing', async () => {
      const person = await world.makeUser([ofMerchant('merchant_viewer'), ofProvider('provider_support')]);
      const { token } = await world.login(person.email, PASSWORD);
      const link = await world.get(UserCare).issueLink(carer(await world.makeHost()), person.id);
      expect(await end(reach, person)).toBe('nothing thrown');
      expect(await isIn(token)).toBe(true);
      expect(await end(reach, person, person.memberships[1]!.id)).toBe('nothing thrown');
      expect(await isIn(token)).toBe(false);
      expect(await world.sql('SELECT 1 FROM session WHERE user_id = ?', [person.id])).toEqual([]);
      expect(await codeOf(world.get(PasswordLinks).get(link.token))).toBe('password_link_over');
      const login = (password: string) => codeOf(world.get(LoginService).login(person.email, password, client()));
      expect([await login('a wrong horse'), await login(PASSWORD)]).toEqual(['login_failed', 'no_membership']);
      // A host alone sees who has none, and may give one again: nothing of before comes back.
      const seen = async (over: Reach) => {
        const { items } = await world.get(UserService).list(over, { limit: 200 });
        return items.find(({ id }) => id === person.id)?.memberships;
      };
      expect([await seen(HOST), await seen(reach)]).toEqual([[], undefined]);
      expect(await give(reach, person, ofProvider('provider_support'))).toBe('user_not_found');
      expect(await give(HOST, person, ofProvider('provider_support'))).toBe('nothing thrown');
      expect([await isIn(token), await login(PASSWORD)]).toEqual([false, 'nothing thrown']);
    });

    it('leave no session behind, however they went', async () => {
      const person = await world.makeUser([ofMerchant('merchant_viewer')]);
      const { token } = await world.login(person.email, PASSWORD);
      await world.sql('DELETE FROM merchant WHERE id = ?', [merchant]);
      expect(await isIn(token)).toBe(false);
    });

    it('leave none beside a login that is under way', async () => {
      for (let round = 0; round < 5; round++) {
        const person = await world.makeUser([ofMerchant('merchant_viewer')]);
        const logins = [1, 2, 3].map(() => world.login(person.email, PASSWORD).catch(() => null));
        await new Promise((resolve) => setTimeout(resolve, 30 * round));
        expect(await end(reach, person)).toBe('nothing thrown');
        await Promise.all(logins);
        expect(await world.sql('SELECT 1 FROM session WHERE user_id = ?', [person.id])).toEqual([]);
      }
    });

    it('take who never joined with them, and the address of who did is free for somebody new', async () => {
      const { user, link } = await invite(carer(await world.makeHost()), ofMerchant('merchant_viewer'));
      expect(await end(reach, user)).toBe('nothing thrown');
      expect(await world.sql('SELECT 1 FROM user WHERE id = ?', [user.id])).toEqual([]);
      expect(await codeOf(world.get(PasswordLinks).use(link.token, NEW, client(), unwatched))).toBe(
        'password_link_over',
      );
      const left = await world.makeUser([ofMerchant('merchant_viewer')]);
      const again = { email: left.email, name: 'Again', password: NEW, memberships: [ofMerchant('merchant_admin')] };
      const users = world.get(UserService);
      expect(await codeOf(users.create(reach, again))).toBe('email_taken');
      expect(await end(reach, left)).toBe('nothing thrown');
      const both = await Promise.all([users.create(reach, again), users.create(reach, again)].map(codeOf));
      expect(both.sort()).toEqual(['email_taken', 'nothing thrown']);
      const { principal } = await world.login(left.email, NEW);
      expect(principal.userId).not.toBe(left.id);
      expect(await codeOf(world.login(left.email, PASSWORD))).toBe('login_failed');
    });
  });

  describe('make password links worth what their makers may do now', () => {
    const isOpen = async (token: Secret): Promise<boolean> => {
      const links = world.get(PasswordLinks);
      const code = await codeOf(links.get(token));
      if (code !== 'nothing thrown') expect(await codeOf(links.use(token, NEW, client(), unwatched))).toBe(code);
      return code === 'nothing thrown';
    };

    it('so that who left does not come back as a colleague', async () => {
      const leaver = await world.makeUser([ofMerchant('merchant_admin')]);
      const colleague = await world.makeUser([ofMerchant('merchant_admin')]);
      const { token } = await world.get(UserCare).issueLink(carer(leaver), colleague.id);
      expect(await isOpen(token)).toBe(true);
      await memberships.change(reach, leaver.id, first(leaver), 'merchant_viewer');
      expect(await isOpen(token)).toBe(false);
    });

    it('so that who was given more is not opened from below', async () => {
      const admin = await world.makeUser([ofMerchant('merchant_admin')]);
      const person = await world.makeUser([ofMerchant('merchant_viewer')]);
      const { token } = await world.get(UserCare).issueLink(carer(admin), person.id);
      await memberships.give(reach, person.id, ofProvider('provider_admin'));
      expect(await isOpen(token)).toBe(false);
    });

    it('and leave invitations of whoever still may', async () => {
      const admin = carer(await world.makeUser([ofProvider('provider_admin')]));
      const { user, link } = await invite(admin, ofMerchant('merchant_viewer'));
      await memberships.give(reach, user.id, ofProvider('provider_support'));
      expect(await isOpen(link.token)).toBe(true);
      expect(await end(reach, user)).toBe('nothing thrown');
      expect(await codeOf(world.get(PasswordLinks).use(link.token, NEW, client(), unwatched))).toBe('nothing thrown');
    });
  });
});
