import { TOTP } from 'otpauth';
import { type Answer, type Api } from '../support/api';
import { Haystack } from '../support/needles';
import { System } from '../support/system';
import { makeHost, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(120_000);

const FACTOR = '/api/v1/second-factor';
const STEP = 30_000;

let system: System;
let host: Api;
let provider: Provider;
const secrets: { kind: string; value: string }[] = [];

beforeAll(async () => {
  system = await System.start({ workers: 0, now: '2026-03-10T02:00:00.000Z' });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
}, 180_000);
afterAll(() => system.stop());

type Person = Awaited<ReturnType<typeof makeUser>>;
const support = (): Promise<Person> =>
  makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });

/** The code that an app shows at the system's time. */
async function codeNow(secret: string): Promise<string> {
  const { now } = await system.sandbox.control('GET', 'clock');
  return new TOTP({ secret }).generate({ timestamp: Date.parse(now) });
}
async function enrol({ api, password }: Person): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = ok(await api.post(FACTOR, { password }), 201);
  const confirmed = ok(await api.post(`${FACTOR}/confirm`, { code: await codeNow(begun.secret) }), 200);
  secrets.push({ kind: 'secret', value: begun.secret });
  for (const value of confirmed.recoveryCodes) secrets.push({ kind: 'recovery code', value });
  await system.moveClock(STEP);
  return { secret: begun.secret, recoveryCodes: confirmed.recoveryCodes };
}
async function firstStep(api: Api, { email, password }: Person): Promise<string> {
  const answer = await api.post('/api/v1/session', { email, password });
  const { challenge, ...more } = ok(answer, 202);
  expect([Object.keys(more), answer.headers.get('set-cookie')]).toEqual([['expiresAt'], null]);
  secrets.push({ kind: 'challenge', value: challenge });
  return challenge;
}
const secondStep = (api: Api, challenge: string, code: string): Promise<Answer> =>
  api.post('/api/v1/session/code', { challenge, code });

it('is taken on with the password, and makes a login two steps', async () => {
  const person = await support();
  const elsewhere = system.api();
  await elsewhere.login(person.email, person.password);
  expect((await person.api.post(FACTOR, { password: 'not my password' })).json.code).toBe('password_wrong');
  const begun = await person.api.post(FACTOR, { password: person.password });
  expect([begun.status, begun.headers.get('cache-control')]).toEqual([201, 'no-store']);
  const { secret, address, qrCode } = begun.json;
  expect(address).toBe(
    `otpauth://totp/WeChat%20Platform%20Gateway:${encodeURIComponent(person.email)}?issuer=WeChat%20Platform%20Gateway&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  );
  expect(qrCode).toMatch(/^<svg /);
  const before = person.api.setCookie;
  const { recoveryCodes } = await enrol(person);
  expect([person.api.setCookie === before, recoveryCodes.length]).toEqual([false, 10]);
  expect((await elsewhere.get('/api/v1/session')).status).toBe(401);
  expect(ok(await person.api.get(FACTOR), 200)).toEqual({
    ...{ isOn: true, since: expect.any(String), recoveryCodesLeft: 10 },
  });
});

it('asks for a code after the first step, which opens nothing, and takes each once', async () => {
  const person = await support();
  const { secret, recoveryCodes } = await enrol(person);
  const api = system.api();
  const challenge = await firstStep(api, person);
  for (const cookie of [`wpg_session=${challenge}`, `__Host-wpg_session=${challenge}`])
    expect((await system.api().get('/api/v1/session', { cookie })).status).toBe(401);
  expect((await secondStep(api, challenge, '12345')).json.code).toBe('code_wrong');
  const code = await codeNow(secret);
  const done = await secondStep(api, challenge, code);
  expect([done.status, done.json.user.email]).toEqual([201, person.email]);
  expect((await api.get('/api/v1/session')).status).toBe(200);
  expect((await secondStep(api, challenge, code)).json.code).toBe('login_over');
  const again = system.api();
  const next = await firstStep(again, person);
  expect((await secondStep(again, next, code)).json.code).toBe('code_wrong');
  expect((await secondStep(again, next, recoveryCodes[0]!)).status).toBe(201);
  expect((await again.post(`${FACTOR}/disable`, { password: person.password, code: 'x' })).json.code).toBe(
    'code_wrong',
  );
  const off = { password: person.password, code: recoveryCodes[1] };
  expect((await again.post(`${FACTOR}/disable`, off)).status).toBe(204);
  await system.api().login(person.email, person.password);
});

it('is taken away by who looks after the person, and by nobody else', async () => {
  const [person, colleague] = [await support(), await support()];
  await enrol(person);
  const [rows] = await system.db.query('SELECT id FROM user WHERE email = ?', [person.email]);
  const path = `/api/v1/users/${(rows as { id: string }[])[0]!.id}/second-factor`;
  const foreign = await makeProvider(system, host);
  expect((await colleague.api.delete(path)).json.code).toBe('not_allowed');
  expect((await foreign.admin.delete(path)).json.code).toBe('user_not_found');
  await firstStep(system.api(), person);
  expect((await provider.admin.delete(path)).status).toBe(204);
  await system.api().login(person.email, person.password);
});

it('is readable nowhere', async () => {
  expect(secrets.length).toBeGreaterThan(30);
  const haystack = new Haystack(secrets);
  expect(haystack.searchFiles(process.env['TEST_LOG_DIR']!)).toEqual([]);
  const cells: Buffer[] = [];
  for (const table of ['second_factor', 'recovery_code', 'pending_login', 'session', 'known_device']) {
    const [rows] = await system.db.query(`SELECT * FROM ${table}`);
    for (const row of rows as Record<string, unknown>[])
      for (const cell of Object.values(row)) cells.push(Buffer.isBuffer(cell) ? cell : Buffer.from(String(cell)));
  }
  expect(cells.length).toBeGreaterThan(20);
  expect([...haystack.search(Buffer.concat(cells))]).toEqual([]);
});
