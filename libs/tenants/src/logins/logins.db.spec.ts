import { Secret } from '@app/kernel';
import { IDLE_MS, SESSION_MS } from '../sessions/session-policy';
import { SessionService } from '../sessions/session.service';
import { client, codeOf, PASSWORD, PeopleWorld } from '../testing/people-world';
import { LoginLeftovers } from './login-leftovers';
import { LoginService, type LoggedIn } from './login.service';

const MINUTE = 60_000;

jest.setTimeout(60_000);

const ALL = { limit: 50 };

describe('logins', () => {
  let world: PeopleWorld;
  let logins: LoginService;
  let sessions: SessionService;

  beforeAll(async () => {
    world = await PeopleWorld.open();
    logins = world.get(LoginService);
    sessions = world.get(SessionService);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.sql('DELETE FROM attempt_counter');
  });

  const wrong = (email: string, from = client()): Promise<string> => codeOf(logins.login(email, 'wrong horse', from));
  const right = (email: string, from = client()): Promise<LoggedIn> => world.login(email, PASSWORD, from);
  const rows = async (table: string): Promise<number> =>
    (await world.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n;
  /** How many of so many tries got as far as the password. */
  async function tried(email: string, tries: number, from: (i: number) => string): Promise<number> {
    let count = 0;
    for (let i = 0; i < tries; i++) if ((await wrong(email, client({ address: from(i) }))) === 'login_failed') count++;
    return count;
  }

  it('take the right password only and say nothing about who exists', async () => {
    const { id: userId, email } = await world.makeHost();
    expect([await wrong(email), await codeOf(right('nobody@x.cn'))]).toEqual(['login_failed', 'login_failed']);
    // The column's collation takes é for e: a variant is nobody, and no way around the count.
    expect(await codeOf(right(email.replace('u', 'ú')))).toBe('login_failed');
    const { token, principal } = await right(` ${email.toUpperCase()} `);
    expect(principal).toMatchObject({ userId, memberships: [{ role: 'host' }] });
    expect(await sessions.findPrincipal(token)).toEqual(principal);
    expect(await sessions.findPrincipal(new Secret('guess'))).toBeNull();
  });

  it('keep nothing that opens a session', async () => {
    const { id, email } = await world.makeHost();
    const { token, device } = await right(email);
    const stored = JSON.stringify([
      await world.sql('SELECT id, HEX(id_hash), address, agent FROM session WHERE user_id = ?', [id]),
      await world.sql('SELECT HEX(token_hash) FROM known_device WHERE user_id = ?', [id]),
    ]).toLowerCase();
    for (const secret of [token, device]) {
      expect(stored).not.toContain(secret.reveal().toLowerCase());
      expect(stored).not.toContain(Buffer.from(secret.reveal(), 'base64url').toString('hex'));
    }
  });

  it('end after twelve hours, four without use, at logout, the next login, and when the person is disabled', async () => {
    const { id, email } = await world.makeHost();
    const first = await right(email);
    const { token } = await right(email, client({ session: first.token }));
    expect(await sessions.findPrincipal(first.token)).toBeNull();
    for (let used = 0; used < SESSION_MS - IDLE_MS; used += IDLE_MS - MINUTE) {
      world.clock.advance(IDLE_MS - MINUTE);
      expect(await sessions.findPrincipal(token)).not.toBeNull();
      // Use is noted beside the answer.
      for (let noted = 0; noted === 0;)
        noted = (await world.sql('SELECT 1 FROM session WHERE last_used_at = ?', [world.clock.now()])).length;
    }
    const [row] = await world.sql<{ expiresAt: Date }>('SELECT expires_at AS expiresAt FROM session');
    world.clock.set(new Date(row!.expiresAt.getTime() - 1));
    expect(await sessions.findPrincipal(token)).not.toBeNull();
    world.clock.advance(1);
    expect(await sessions.findPrincipal(token)).toBeNull();

    const idle = await right(email);
    world.clock.advance(IDLE_MS);
    expect(await sessions.findPrincipal(idle.token)).toBeNull();
    expect((await sessions.list(id, null, ALL)).items).toEqual([]);
    const third = await right(email);
    await sessions.logout(third.token);
    expect(await sessions.findPrincipal(third.token)).toBeNull();
    const fourth = await right(email);
    await world.sql('UPDATE user SET disabled_at = ? WHERE id = ?', [world.clock.now(), id]);
    expect(await sessions.findPrincipal(fourth.token)).toBeNull();
    expect(await codeOf(right(email))).toBe('login_failed');
  });

  it('open no session with a password that was changed while it was checked', async () => {
    const { id } = await world.makeHost();
    expect(
      await sessions.open({ userId: id, passwordHash: 'the hash before', isCodeShown: false }, client()),
    ).toBeNull();
    expect((await sessions.list(id, null, ALL)).items).toEqual([]);
  });

  it('are listed to their person, who ends one or all of them', async () => {
    const [me, other] = [await world.makeHost(), await world.makeHost()];
    const [one, two] = [await right(me.email), await right(me.email, client({ address: '2001:db8::1' }))];
    const theirs = await right(other.email);
    const [newest, oldest] = (await sessions.list(me.id, two.token, ALL)).items;
    expect(newest).toMatchObject({ isCurrent: true, address: '2001:db8::1', agent: 'Firefox' });
    expect(oldest).toMatchObject({ isCurrent: false, address: '203.0.113.7' });
    const [foreign] = (await sessions.list(other.id, null, ALL)).items;
    for (const id of [foreign!.id, 'ses_nothing'])
      expect(await codeOf(sessions.end(me.id, id))).toBe('session_not_found');
    await sessions.end(me.id, oldest!.id);
    expect([await sessions.findPrincipal(one.token), (await sessions.list(me.id, null, ALL)).items]).toMatchObject([
      null,
      [newest!.id].map((id) => ({ id })),
    ]);
    await sessions.endAll(me.id);
    expect(await sessions.findPrincipal(two.token)).toBeNull();
    expect(await sessions.findPrincipal(theirs.token)).not.toBeNull();
  });

  it('are limited for one account from one network, then let in again', async () => {
    const { email } = await world.makeHost();
    expect(await tried(email, 30, () => '198.51.100.1')).toBe(5);
    expect(await codeOf(right(email, client({ address: '198.51.100.1' })))).toBe('too_many_attempts');
    await right(email, client({ address: '198.51.100.2' }));
    world.clock.advance(30_000);
    await right(email, client({ address: '198.51.100.1' }));
    // A success forgets what was wrong before.
    expect(await tried(email, 30, () => '198.51.100.1')).toBe(5);
  });

  it('are limited the same for an address that nobody has', async () => {
    const told = async (email: string) => {
      for (let i = 0; i < 5; i++) await wrong(email, client({ address: '198.51.100.3' }));
      return logins.login(email, PASSWORD, client({ address: '198.51.100.3' })).catch((error: unknown) => error);
    };
    const [known, unknown] = [await told((await world.makeHost()).email), await told('no-one@x.cn')];
    expect(known).toMatchObject({ code: 'too_many_attempts', detail: { retryAfterSeconds: 30 } });
    expect(JSON.stringify(unknown)).toBe(JSON.stringify(known));
  });

  it('are counted before they are checked: many at once are as many as one after another', async () => {
    const { email } = await world.makeHost();
    const all = await Promise.all(Array.from({ length: 40 }, () => wrong(email, client({ address: '198.51.100.4' }))));
    expect(all.filter((code) => code === 'login_failed')).toHaveLength(5);
  });

  it('count a /64 of IPv6 as one place', async () => {
    const { email } = await world.makeHost();
    expect(await tried(email, 30, (i) => `2001:db8:7:7::${(i + 1).toString(16)}`)).toBe(5);
  });

  it('are limited for all accounts from one network', async () => {
    let reached = 0;
    for (let i = 0; i < 80; i++) if ((await wrong(`sprayed-${i}@x.cn`)) === 'login_failed') reached++;
    expect(reached).toBe(50);
  });

  it('let in a person whom many networks attack: from where they were before at once, elsewhere in 5 minutes', async () => {
    const { email } = await world.makeHost();
    const { device } = await right(email, client({ address: '192.0.2.1' }));
    expect(await tried(email, 200, (i) => `198.51.100.${i}`)).toBe(20);
    await right(email, client({ address: '192.0.2.1' }));
    await right(email, client({ address: '192.0.2.9', device }));
    expect(await codeOf(right(email, client({ address: '192.0.2.77' })))).toBe('too_many_attempts');
    // Whoever goes on for ever makes it no longer.
    for (let n = 0; n < 40; n++) {
      world.clock.advance(5 * MINUTE);
      await tried(email, 3, (i) => `198.51.${n}.${i}`);
    }
    world.clock.advance(5 * MINUTE);
    await right(email, client({ address: '192.0.2.77' }));
  });

  it('limit a known device by itself, and know it for its own person alone', async () => {
    const [me, other] = [await world.makeHost(), await world.makeHost()];
    const { device } = await right(me.email);
    const from = client({ address: '198.51.100.9', device });
    let reached = 0;
    for (let i = 0; i < 30; i++) if ((await wrong(me.email, from)) === 'login_failed') reached++;
    expect(reached).toBe(10);
    reached = 0;
    for (let i = 0; i < 30; i++) if ((await wrong(other.email, from)) === 'login_failed') reached++;
    expect(reached).toBe(5);
  });

  it('leave rows that are pruned when they mean nothing any more', async () => {
    const { email } = await world.makeHost();
    await right(email);
    await wrong(email);
    await world.get(LoginLeftovers).sweep();
    const held = [await rows('session'), await rows('attempt_counter'), await rows('known_device')];
    expect(held.every((n) => n > 0)).toBe(true);
    world.clock.advance(181 * 86_400_000);
    await world.get(LoginLeftovers).sweep();
    expect([await rows('session'), await rows('attempt_counter'), await rows('known_device')]).toEqual([0, 0, 0]);
  });

  it('keep 20 devices of a person, the newest', async () => {
    const { id, email } = await world.makeHost();
    let last: LoggedIn | undefined;
    for (let i = 0; i < 23; i++) {
      world.clock.advance(1);
      last = await right(email);
    }
    expect(await world.sql('SELECT 1 FROM known_device WHERE user_id = ?', [id])).toHaveLength(20);
    const again = await right(email, client({ device: last!.device }));
    expect(again.device.reveal()).not.toBe(last!.device.reveal());
    expect(await world.sql('SELECT 1 FROM known_device WHERE user_id = ?', [id])).toHaveLength(20);
  });
});
