import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { type Answer, Api } from '../support/api';
import { printFigure } from '../support/figures';
import { sameForAll } from '../support/problems';
import { System } from '../support/system';
import { makeHost, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(300_000);

const TRIES = 1_000;
const AT_ONCE = 20;
const MEASURED = 200;
const PER_USER = 10;
const MINUTE = 60_000;
const LOGIN = '/api/v1/session';

let system: System;
let provider: Provider;

// The test is the proxy in front of the gateway: it tells where a request comes from.
beforeAll(async () => {
  system = await System.start({ workers: 0, env: { TRUSTED_PROXIES: '127.0.0.1' } });
  provider = await makeProvider(system, await makeHost(system));
}, 180_000);
afterAll(() => system.stop());

const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const login = (email: string, password: string, headers: Record<string, string>): Promise<Answer> =>
  system.api().post(LOGIN, { email, password }, headers);
const victim = (): ReturnType<typeof makeUser> =>
  makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });

/** Wrong passwords from one or many addresses, in no time; how many were looked at, and how many turned away. */
async function attack(email: string, address: (i: number) => string): Promise<{ wrong: number; limited: number }> {
  const { now } = await system.sandbox.control('GET', 'clock');
  await system.sandbox.setClock(now, 0);
  const seen = { wrong: 0, limited: 0 };
  let next = 0;
  const one = async (): Promise<void> => {
    for (let i = next++; i < TRIES; i = next++) {
      const answer = await login(email, `guess number ${i}`, from(address(i)));
      if (answer.status === 401) seen.wrong++;
      else if (answer.status === 429 && Number(answer.headers.get('retry-after')) > 0) seen.limited++;
      else throw new Error(`${answer.status}: ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return seen;
}

function cookieOf(answer: Answer, name: string): string {
  const set = answer.headers.getSetCookie().find((one) => one.includes(name));
  return set!.split(';', 1)[0]!;
}

describe('1,000 wrong passwords', () => {
  it('from one address lock out that address, not the person, who is let in there as well before long', async () => {
    const { email, password } = await victim();
    const seen = await attack(email, () => '198.51.100.66');
    expect(seen.wrong + seen.limited).toBe(TRIES);
    printFigure({
      ...{ name: 'people.guesses_of_1000_from_one_address', value: seen.wrong, unit: 'guesses', ok: seen.wrong === 5 },
    });
    expect(seen.wrong).toBe(5);
    expect((await login(email, password, from('198.51.100.66'))).status).toBe(429);
    expect((await login(email, password, from('203.0.113.5'))).status).toBe(201);
    await system.moveClock(15 * MINUTE);
    expect((await login(email, password, from('198.51.100.66'))).status).toBe(201);
  });

  it('from 1,000 addresses never lock out the person’s own browser and network, and strangers for minutes', async () => {
    const { email, password } = await victim();
    const first = await login(email, password, from('203.0.113.8'));
    expect(first.status).toBe(201);
    const device = cookieOf(first, 'wpg_device');
    const seen = await attack(email, (i) => `198.18.${i >> 8}.${i & 255}`);
    printFigure({
      ...{ name: 'people.guesses_of_1000_from_as_many_addresses', value: seen.wrong, unit: 'guesses' },
      ok: seen.wrong === 20,
    });
    expect(seen.wrong).toBe(20);
    expect((await login(email, password, from('203.0.113.8'))).status).toBe(201);
    const abroad = await login(email, password, { ...from('192.0.2.44'), cookie: device });
    expect(abroad.status).toBe(201);
    expect((await login(email, password, from('192.0.2.45'))).status).toBe(429);
    await system.moveClock(5 * MINUTE);
    expect((await login(email, password, from('192.0.2.45'))).status).toBe(201);
  });

  it('keep nobody else out meanwhile: what is refused is not hashed', async () => {
    const [{ email }, other] = [await victim(), await victim()];
    await attack(email, () => '198.51.100.67');
    const [seen, answer] = await Promise.all([
      attack(email, () => '198.51.100.67'),
      login(other.email, other.password, from('203.0.113.9')),
    ]);
    expect(answer.status).toBe(201);
    expect(seen).toEqual({ wrong: 0, limited: TRIES });
  });
});

describe('who asks for an address that nobody has', () => {
  it('is told the same, and limited the same', async () => {
    const { email } = await victim();
    const told = async (address: string): Promise<string[]> => {
      const answers: Answer[] = [];
      for (let i = 0; i < 8; i++) answers.push(await login(address, 'wrong horse', from('198.51.100.70')));
      return answers.map((answer) => `${answer.status} ${answer.headers.get('retry-after')} ${sameForAll(answer)}`);
    };
    const known = await told(email);
    expect(await told('nobody@example.test')).toEqual(known);
    expect(known.map((one) => one.slice(0, 3))).toEqual([...Array(5).fill('401'), ...Array(3).fill('429')]);
  });

  it('waits as long', async () => {
    const password = await hash('a password that nobody tries', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    const users = Array.from({ length: MEASURED / PER_USER }, (_, i) => `timed-${i}@example.test`);
    await system.db.query('INSERT INTO user (id, email, name, password_hash, created_at) VALUES ?', [
      users.map((email) => [`usr_${randomBytes(10).toString('hex')}`, email, 'Timed', password, new Date()]),
    ]);
    const times = { known: [] as number[], unknown: [] as number[] };
    const measure = async (kind: keyof typeof times, email: string, i: number): Promise<void> => {
      const began = performance.now();
      const { status } = await login(email, 'wrong horse battery', from(`192.0.${kind === 'known' ? 4 : 5}.${i}`));
      times[kind].push(performance.now() - began);
      expect(status).toBe(401);
    };
    // In turns, so that whatever else the machine does befalls both.
    for (let i = 0; i < MEASURED; i++) {
      const email = users[i % users.length]!;
      await measure('known', email, i);
      await measure('unknown', `un${email}`, i);
    }
    const [known, unknown] = [median(times.known), median(times.unknown)];
    const ratio = known / unknown;
    const isSame = ratio >= 0.8 && ratio <= 1.25;
    const figures = { known_ms: round(known), unknown_ms: round(unknown), n: MEASURED };
    printFigure({
      name: 'people.login_time_known_to_unknown',
      value: round(ratio),
      unit: 'ratio',
      ok: isSame,
      ...figures,
    });
    expect(isSame).toBe(true);
  });
});

describe('the client address', () => {
  it('counts a /64 of IPv6 as one', async () => {
    const statuses: number[] = [];
    for (let i = 1; i <= 6; i++)
      statuses.push((await login('six@example.test', 'wrong horse', from(`2001:db8:0:9:${i}::${i}`))).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('is the proxy’s word, not the client’s: the last untrusted hop counts', async () => {
    const statuses: number[] = [];
    for (let i = 1; i <= 6; i++)
      statuses.push((await login('hop@example.test', 'wrong horse', from(`10.0.0.${i}, 203.0.113.200`))).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is the peer’s own where no proxy is trusted, whatever the header says', async () => {
    await system.gateway.stop();
    await system.startGateway({ TRUSTED_PROXIES: '' });
    const statuses: number[] = [];
    for (let i = 1; i <= 6; i++)
      statuses.push((await login('forged@example.test', 'wrong horse', from(`10.0.0.${i}`))).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const sessions = await new Api(system.gatewayOrigin).post(LOGIN, provider, from('10.0.0.9'));
    expect(sessions.status).toBe(422);
    const api = system.api();
    await api.login(provider.email, provider.password);
    const { items } = ok(await api.get('/api/v1/sessions', from('10.0.0.9')), 200);
    expect(items[0]).toMatchObject({ address: '127.0.0.1', isCurrent: true });
  });
});

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
