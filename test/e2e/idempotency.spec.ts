import { randomUUID } from 'node:crypto';
import { Api, type Answer } from '../support/api';
import { problemFaults, sameForAll } from '../support/problems';
import { freePort, Program, until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

let system: System;
let provider: Provider;
let other: Provider;
let merchant: string;
/** The same person at two gateway processes. */
let here: Api;
let there: Api;
let second: Program;

beforeAll(async () => {
  system = await System.start({ workers: 0 });
  const host = await makeHost(system);
  provider = await makeProvider(system, host);
  other = await makeProvider(system, host);
  merchant = (await makeMerchant(provider, system)).id;
  here = provider.admin;
  const port = String(await freePort());
  const ports = { GATEWAY_PORT: port, OPS_PORT: String(await freePort()) };
  second = Program.start('gateway', 'apps/gateway/src/main.js', { ...system.env, ...ports });
  await second.ready(`http://127.0.0.1:${port}/health/ready`);
  there = new Api(`http://127.0.0.1:${port}`);
  await there.login(provider.email, provider.password);
}, 120_000);
afterAll(async () => {
  await second.stop();
  await system.stop();
});

const withKey = (key: string): Record<string, string> => ({ 'idempotency-key': `"${key}"` });
const makeMerchantOf = (api: Api, name: string, key: string): Promise<Answer> =>
  api.post('/api/v1/merchants', { name }, withKey(key));
async function count(table: string, where: string, value: string): Promise<number> {
  const [rows] = await system.db.query(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where} = ?`, [value]);
  return (rows as { n: number }[])[0]!.n;
}

describe('a request sent again with its key', () => {
  it('is answered as the first one, at another gateway, and does nothing again', async () => {
    const key = randomUUID();
    const first = await makeMerchantOf(here, 'Again', key);
    const again = await makeMerchantOf(there, 'Again', key);
    const bare = await there.post('/api/v1/merchants', { name: 'Again' }, { 'idempotency-key': key });
    expect([first.status, again.status, bare.status]).toEqual([201, 201, 201]);
    expect([again.text, bare.text]).toEqual([first.text, first.text]);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(await count('merchant', 'name', 'Again')).toBe(1);
  });

  it('keeps status and headers of the first answer', async () => {
    const key = randomUUID();
    const body = { name: 'Kept', scope: { platform: provider.platform.id }, dryRun: true };
    const plans = [await here.post('/api/v1/campaigns', body, withKey(key))];
    plans.push(await there.post('/api/v1/campaigns', body, withKey(key)));
    expect(plans.map(({ status }) => status)).toEqual([200, 200]);
    const start = (api: Api): Promise<Answer> =>
      api.post(`/api/v1/platforms/${provider.platform.id}/reconciles`, { dryRun: true }, withKey(key));
    const [made, told] = [await start(here), await start(there)];
    expect([made.status, told.status]).toEqual([202, 202]);
    expect(told.headers.get('location')).toBe(made.headers.get('location'));
    expect(made.headers.get('location')).toContain('/api/v1/reconciles/rec_');
  });

  it('tells a key and a link that are shown once again, and stores neither in the open', async () => {
    const key = randomUUID();
    const wanted = { name: 'once', merchant, scopes: ['account:read'] };
    const made = ok(await here.post('/api/v1/api-keys', wanted, withKey(key)), 201);
    expect(ok(await there.post('/api/v1/api-keys', wanted, withKey(key)), 201)).toEqual(made);
    const path = `/api/v1/merchants/${merchant}/invites`;
    const { url } = ok(await here.post(path, {}, withKey(key)), 201);
    expect(ok(await there.post(path, {}, withKey(key)), 201).url).toBe(url);
    const [rows] = await system.db.query('SELECT * FROM idempotency_key');
    const stored = JSON.stringify((rows as object[]).map((row) => Object.values(row).map(String)));
    for (const secret of [made.key, url.split('/').at(-1), key]) expect(stored).not.toContain(secret);
    expect(await count('api_key', 'name', 'once')).toBe(1);
  });

  it('is done once when it comes 20 times at the same moment', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => makeMerchantOf(n % 2 === 0 ? here : there, 'Twenty', key)),
    );
    expect(await count('merchant', 'name', 'Twenty')).toBe(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, answer.json.code]).toEqual([409, 'idempotency_key_in_use']);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
  });

  it('starts a fetch once', async () => {
    await authorize(system, provider, merchant);
    const [key, days] = [randomUUID(), { from: '2025-01-01', to: '2025-01-07' }];
    const start = (api: Api): Promise<Answer> =>
      api.post('/api/v1/fetches', { scope: { merchant }, ...days }, withKey(key));
    const answers = await Promise.all([start(here), start(there), start(here), start(there)]);
    expect(answers.some(({ status }) => status === 202)).toBe(true);
    expect(answers.every(({ status }) => [202, 409].includes(status))).toBe(true);
    const told = await start(there);
    expect([told.status, told.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
    expect(told.headers.get('location')).toBe(`/api/v1/fetches/${told.json.id as string}`);
    expect(await count('`fetch`', 'merchant_id', merchant)).toBe(1);
  });
});

describe('a key', () => {
  it('is refused for another body, address and form, in both languages', async () => {
    const key = randomUUID();
    ok(await makeMerchantOf(here, 'Body', key), 201);
    for (const [asked, language] of [
      ['en', 'en'],
      ['zh-CN', 'zh'],
    ] as const) {
      const headers = { ...withKey(key), 'accept-language': asked };
      const reused = await there.post('/api/v1/merchants', { name: 'Other' }, headers);
      expect([reused.status, reused.json.code]).toEqual([422, 'idempotency_key_reused']);
      expect(problemFaults(reused, language)).toEqual([]);
      for (const bad of ['', ' ', 'a b', '"open', 'a, b', 'x'.repeat(129)]) {
        const answer = await here.post('/api/v1/merchants', { name: 'X' }, { ...headers, 'idempotency-key': bad });
        expect([answer.status, answer.json.code]).toEqual([400, 'idempotency_key_malformed']);
        expect(problemFaults(answer, language)).toEqual([]);
      }
    }
    expect((await count('merchant', 'name', 'Other')) + (await count('merchant', 'name', 'X'))).toBe(0);
  });

  it('is free again after a refusal', async () => {
    const key = randomUUID();
    const refused = await here.post('/api/v1/merchants', { name: '' }, withKey(key));
    expect(refused.status).toBe(422);
    expect((await makeMerchantOf(here, 'In order', key)).headers.get('idempotent-replayed')).toBeNull();
  });

  it('is nobody else’s: not another tenant’s, a colleague’s, a program’s', async () => {
    const key = randomUUID();
    const first = ok(await makeMerchantOf(here, 'Mine', key), 201);
    const { api: colleague } = await makeUser(here, system, { role: 'provider_admin', provider: provider.id });
    const wanted = { name: 'program', provider: provider.id, scopes: ['merchant:write'] };
    const program = new Api(system.gatewayOrigin, ok(await here.post('/api/v1/api-keys', wanted), 201).key);
    for (const api of [other.admin, colleague, program]) {
      const answer = await makeMerchantOf(api, 'Mine', key);
      expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([201, null]);
      expect(answer.json.id).not.toBe(first.id);
    }
    expect((await makeMerchantOf(system.api(), 'Mine', key)).status).toBe(401);
  });

  it('tells a foreign id as one that does not exist, also when the key is known', async () => {
    const key = randomUUID();
    const path = (id: string): string => `/api/v1/merchants/${id}/invites`;
    ok(await here.post(path(merchant), {}, withKey(key)), 201);
    const foreign = await other.admin.post(path(merchant), {}, withKey(key));
    const nothing = await other.admin.post(path(`mer_${'0'.repeat(26)}`), {}, withKey(key));
    expect([foreign.status, sameForAll(foreign)]).toEqual([404, sameForAll(nothing)]);
  });

  it('tells nothing any more to who lost the right to it', async () => {
    const key = randomUUID();
    const { api, email } = await makeUser(here, system, { role: 'provider_operator', provider: provider.id });
    const make = (): Promise<Answer> => api.post(`/api/v1/merchants/${merchant}/invites`, {}, withKey(key));
    ok(await make(), 201);
    const moved = 'UPDATE membership SET provider_id = ? WHERE user_id = (SELECT id FROM user WHERE email = ?)';
    await system.db.query(moved, [other.id, email]);
    const answer = await make();
    expect([answer.status, answer.json.code]).toEqual([422, 'idempotency_key_reused']);
    expect(answer.text).not.toContain('/connect/');
  });
});

describe('a gateway that is killed', () => {
  it('leaves a key for as long as its lease, and the work is done once', async () => {
    const key = randomUUID();
    await system.db.query('LOCK TABLES merchant WRITE');
    const lost = makeMerchantOf(there, 'Killed', key).catch(() => null);
    await until('the first request works', async () => {
      const [rows] = await system.db.query(
        "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT INTO merchant%'",
      );
      return (rows as { n: number }[])[0]!.n > 0;
    });
    second.child.kill('SIGKILL');
    expect(await lost).toBeNull();
    await system.db.query('UNLOCK TABLES');
    expect((await makeMerchantOf(here, 'Killed', key)).json.code).toBe('idempotency_key_in_use');
    await system.db.query('UPDATE idempotency_key SET lease_until = UTC_TIMESTAMP(3) WHERE answered_at IS NULL');
    const after = await makeMerchantOf(here, 'Killed', key);
    // Either the database rolled the work back when its client died, or it was done and only the answer is lost.
    expect(after.status === 201 || after.json.code === 'idempotency_answer_lost').toBe(true);
    expect(await count('merchant', 'name', 'Killed')).toBe(1);
  });
});
