import { AppError, Secret } from '@app/kernel';
import { LoginLeftovers } from '../logins/login-leftovers';
import { ProviderService } from '../providers/provider.service';
import { reachFor, type Principal } from '../role-policy';
import { SessionService } from '../sessions/session.service';
import { client, codeOf, PASSWORD, PeopleWorld, unwatched } from '../testing/people-world';
import { type Carer, UserCare } from '../users/user-care';
import { type UserView } from '../users/user.service';
import { OwnPassword } from './own-password';
import { type MadeLink, PasswordLinks, type Witness } from './password-links';
import { PasswordReset } from './password-reset';

const NEW = 'another horse battery';
const HOUR = 3_600_000;

jest.setTimeout(60_000);

const ALL = { limit: 50 };

describe('passwords', () => {
  let world: PeopleWorld;
  let care: UserCare;
  let links: PasswordLinks;
  let sessions: SessionService;
  let host: Carer;

  beforeAll(async () => {
    world = await PeopleWorld.open();
    care = world.get(UserCare);
    links = world.get(PasswordLinks);
    sessions = world.get(SessionService);
    host = carer(await world.makeHost());
  });
  afterAll(() => world.close());

  function carer({ id, email, name, memberships }: UserView): Carer {
    const principal: Principal = { userId: id, email, name, memberships };
    return { principal, reach: reachFor(principal, 'user:recover')! };
  }
  let invited = 0;
  async function invite(): Promise<{ user: UserView; link: MadeLink }> {
    const { id } = await world.get(ProviderService).create({ name: 'P' });
    const memberships = [{ role: 'provider_admin' as const, providerId: id, merchantId: null }];
    return care.invite(host, { email: `invited-${++invited}@x.cn`, name: 'Guest', memberships });
  }
  const set = (link: MadeLink, password = NEW): Promise<string> =>
    codeOf(links.use(link.token, password, client(), unwatched));
  const tryLogin = (email: string, password: string): Promise<string> => codeOf(world.login(email, password));

  it('are set by an invited person, who could not get in before, with a link that looking does not use up', async () => {
    const { user, link } = await invite();
    expect([user.state, link.purpose]).toEqual(['invited', 'join']);
    expect(link.expiresAt.getTime() - world.clock.now().getTime()).toBe(72 * HOUR);
    for (const password of ['', PASSWORD]) expect(await tryLogin(user.email, password)).toBe('login_failed');
    for (let i = 0; i < 3; i++)
      expect(await links.get(link.token)).toMatchObject({ email: user.email, purpose: 'join' });
    expect(await set(link, 'short')).toBe('password_unfit');
    expect(await set(link)).toBe('nothing thrown');
    expect(await tryLogin(user.email, NEW)).toBe('nothing thrown');
    for (const again of [set(link), codeOf(links.get(link.token))]) expect(await again).toBe('password_link_over');
  });

  it('are not set when that cannot be written down, and the link can be used again', async () => {
    const { user, link } = await invite();
    const told: unknown[] = [];
    const useWith = (witness: Witness) => codeOf(links.use(link.token, NEW, client(), witness));
    const away = new AppError('unavailable', 'database_unavailable');
    expect(await useWith(() => Promise.reject(away))).toBe('database_unavailable');
    expect(await tryLogin(user.email, NEW)).toBe('login_failed');
    const writes: Witness = async (person, set) => {
      told.push(
        person.userId,
        person.email,
        person.memberships.map(({ role }) => role),
        await tryLogin(user.email, NEW),
      );
      await set();
    };
    expect(await useWith(writes)).toBe('nothing thrown');
    expect(told).toEqual([user.id, user.email, ['provider_admin'], 'login_failed']);
    expect(await tryLogin(user.email, NEW)).toBe('nothing thrown');
  });

  it('are set by one of many who use a link at once', async () => {
    const { user, link } = await invite();
    const passwords = Array.from({ length: 8 }, (_, i) => `password number ${i}`);
    const outcomes = await Promise.all(passwords.map((password) => set(link, password)));
    expect(outcomes.filter((code) => code === 'nothing thrown')).toHaveLength(1);
    expect(outcomes.filter((code) => code === 'password_link_over')).toHaveLength(7);
    const winner = passwords[outcomes.indexOf('nothing thrown')]!;
    expect(await tryLogin(user.email, winner)).toBe('nothing thrown');
  });

  it('are not set with a link that expired, was followed by another, or taken back', async () => {
    const { user, link } = await invite();
    const second = await care.issueLink(host, user.id);
    expect([second.purpose, await set(link)]).toEqual(['join', 'password_link_over']);
    world.clock.advance(72 * HOUR);
    expect(await set(second)).toBe('password_link_over');
    const third = await care.issueLink(host, user.id);
    await care.revokeLinks(host, user.id);
    expect(await set(third)).toBe('password_link_over');
    expect(await codeOf(links.use(new Secret('guess'), NEW, client(), unwatched))).toBe('password_link_over');
  });

  it('who was invited and whose link is taken back is gone, and their address is free', async () => {
    const { user } = await invite();
    await care.revokeLinks(host, user.id);
    expect(await codeOf(care.issueLink(host, user.id))).toBe('user_not_found');
    const { link } = await care.invite(host, { email: user.email, name: 'Again', memberships: user.memberships });
    expect(await set(link)).toBe('nothing thrown');
    await care.issueLink(host, await userId(user.email));
    await care.revokeLinks(host, await userId(user.email));
    // Who joined stays.
    expect(await tryLogin(user.email, NEW)).toBe('nothing thrown');
  });
  const userId = async (email: string): Promise<string> =>
    (await world.sql<{ id: string }>('SELECT id FROM user WHERE email = ?', [email]))[0]!.id;

  it('that are reset end all sessions and known devices of the person, after an hour no more', async () => {
    const person = await world.makeHost();
    const { token } = await world.login(person.email, PASSWORD);
    const late = await care.issueLink(host, person.id);
    expect(late.purpose).toBe('reset');
    world.clock.advance(HOUR);
    expect(await set(late)).toBe('password_link_over');
    expect(await set(await care.issueLink(host, person.id))).toBe('nothing thrown');
    expect(await sessions.findPrincipal(token)).toBeNull();
    expect(await world.sql('SELECT 1 FROM known_device WHERE user_id = ?', [person.id])).toHaveLength(1);
    expect([await tryLogin(person.email, PASSWORD), await tryLogin(person.email, NEW)]).toEqual([
      'login_failed',
      'nothing thrown',
    ]);
  });

  it('are not reset upward, nor by oneself', async () => {
    const { id } = await world.get(ProviderService).create({ name: 'P' });
    const ofProvider = { role: 'provider_admin' as const, providerId: id, merchantId: null };
    const admin = carer(await world.makeUser([ofProvider]));
    const colleague = await world.makeUser([ofProvider]);
    const alsoHost = await world.makeUser([ofProvider, { role: 'host', providerId: null, merchantId: null }]);
    const outcome = (userId: string): Promise<string[]> =>
      Promise.all([
        codeOf(care.issueLink(admin, userId)),
        codeOf(care.revokeLinks(admin, userId)),
        codeOf(care.endSessions(admin, userId)),
      ]);
    expect(await outcome(colleague.id)).toEqual(Array(3).fill('nothing thrown'));
    expect(await outcome(alsoHost.id)).toEqual(Array(3).fill('user_beyond_reach'));
    expect(await outcome(host.principal.userId)).toEqual(Array(3).fill('user_not_found'));
    expect(await outcome('usr_nothing')).toEqual(Array(3).fill('user_not_found'));
    expect(await outcome(admin.principal.userId)).toEqual(Array(3).fill('own_account'));
  });

  it('are changed by who knows the old one, which leaves one new session', async () => {
    const person = await world.makeHost();
    const own = world.get(OwnPassword);
    const [here, elsewhere] = [await world.login(person.email, PASSWORD), await world.login(person.email, PASSWORD)];
    const link = await care.issueLink(host, person.id);
    expect(await codeOf(own.change(here.principal, 'wrong horse battery', NEW, client()))).toBe('password_wrong');
    expect(await codeOf(own.change(here.principal, PASSWORD, 'short', client()))).toBe('password_unfit');
    const after = await own.change(here.principal, PASSWORD, NEW, client());
    for (const { token } of [here, elsewhere]) expect(await sessions.findPrincipal(token)).toBeNull();
    expect(await sessions.findPrincipal(after.token)).toMatchObject({ userId: person.id });
    expect((await sessions.list(person.id, null, ALL)).items).toHaveLength(1);
    expect(await set(link)).toBe('password_link_over');
    // Of two changes at once one is made.
    const both = await Promise.all(
      ['first horse battery', 'second horse battery'].map((wanted) =>
        codeOf(own.change(here.principal, NEW, wanted, client())),
      ),
    );
    expect(both.sort()).toEqual(['nothing thrown', 'password_changed']);
    expect((await sessions.list(person.id, null, ALL)).items).toHaveLength(1);
  });

  it('are not guessed with a stolen session', async () => {
    const person = await world.makeHost();
    const { principal } = await world.login(person.email, PASSWORD);
    const seen: string[] = [];
    for (let i = 0; i < 7; i++)
      seen.push(await codeOf(world.get(OwnPassword).change(principal, `wrong horse ${i}`, NEW, client())));
    expect(seen).toEqual([...Array<string>(5).fill('password_wrong'), 'too_many_attempts', 'too_many_attempts']);
  });

  it('are set anew from the shell', async () => {
    const person = await world.makeHost();
    const { token } = await world.login(person.email, PASSWORD);
    const reset = world.get(PasswordReset);
    expect(await codeOf(reset.reset('nobody@x.cn', NEW))).toBe('user_not_found');
    await reset.reset(person.email.toUpperCase(), NEW);
    expect(await sessions.findPrincipal(token)).toBeNull();
    expect(await tryLogin(person.email, NEW)).toBe('nothing thrown');
  });

  it('keep links as hashes, and not for ever', async () => {
    const { link } = await invite();
    const [row] = await world.sql<{ token_hash: Buffer }>('SELECT * FROM password_link ORDER BY id DESC LIMIT 1');
    expect(JSON.stringify({ ...row, token_hash: row!.token_hash.toString('hex') })).not.toContain(link.token.reveal());
    world.clock.advance((72 + 30 * 24) * HOUR);
    await world.get(LoginLeftovers).sweep();
    expect(await world.sql('SELECT 1 FROM password_link')).toEqual([]);
  });
});
