import { createHash } from 'node:crypto';
import { Api } from '../support/api';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-02-01', to: '2026-02-07' };

let system: System;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
let other: Awaited<ReturnType<typeof makeMerchant>>;
let accounts: string[];

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { STREAM_CHECK_MS: '200' } });
  provider = await makeProvider(system, await makeHost(system));
  merchant = await makeMerchant(provider, system);
  other = await makeMerchant(provider, system);
  accounts = [];
  for (const { id } of [merchant, merchant, other]) accounts.push((await authorize(system, provider, id)).id);
}, 60_000);
afterAll(() => system.stop());

const KEYS = '/api/v1/api-keys';
async function make(api: Api, wanted: object): Promise<{ id: string; key: string; api: Api }> {
  const { id, key } = ok(await api.post(KEYS, { name: 'nightly job', ...wanted }), 201);
  return { id, key, api: new Api(system.gatewayOrigin, key) };
}
const idsOf = (answer: Awaited<ReturnType<Api['get']>>): string[] =>
  ok(answer, 200).items.map(({ id }: { id: string }) => id);

describe('an API key', () => {
  it('is told once, is hashed in the database, and does what it was made for', async () => {
    const wanted = { name: ' nightly ', scopes: ['fetch:start', 'fetch:read', 'report:read'] };
    const made = await merchant.api.post(KEYS, wanted);
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { key, ...told } = made.json;
    expect(key).toMatch(/^wpg_[0-9a-z]{12}_[\w-]{43}$/);
    expect(told).toEqual({
      ...{ id: expect.stringMatching(/^key_/), name: 'nightly', prefix: key.slice(4, 16), provider: provider.id },
      ...{ merchant: merchant.id, accounts: null, scopes: wanted.scopes },
      ...{ createdAt: expect.any(String), expiresAt: null, lastUsedAt: null, revokedAt: null },
    });
    expect(ok(await merchant.api.get(`${KEYS}/${told.id as string}`), 200)).toEqual(told);
    const [rows] = await system.db.query('SELECT * FROM api_key');
    const [row] = rows as { secret_hash: Buffer }[];
    expect(row!.secret_hash).toEqual(createHash('sha256').update(key).digest());
    expect(JSON.stringify({ ...row, secret_hash: '' })).not.toContain(key.slice(17));

    const program = new Api(system.gatewayOrigin, key);
    const { id } = ok(await program.post('/api/v1/fetches', { scope: { merchant: merchant.id }, ...DAYS }), 202);
    await until(
      'its fetch is done',
      async () => ok(await program.get(`/api/v1/fetches/${id as string}`), 200).state === 'done',
    );
    const report = await program.get(
      `/api/v1/reports/cumulate?merchant=${merchant.id}&from=${DAYS.from}&to=${DAYS.to}&format=csv`,
    );
    expect([report.status, report.text.trim().split('\n').length]).toEqual([200, 1 + 2 * 7]);
    for (const path of ['/api/v1/accounts', '/api/v1/session', KEYS, '/api/v1/users']) {
      const refused = await program.get(path);
      expect([path, refused.status, refused.json.code]).toEqual([path, 403, 'not_allowed']);
    }
    await until('its use is noted', async () => {
      const { lastUsedAt } = ok(await merchant.api.get(`${KEYS}/${told.id as string}`), 200);
      return lastUsedAt !== null;
    });
  });

  it('of single accounts reaches these alone, and no more when one is given to somebody else', async () => {
    const [first, second] = accounts;
    const bound = { merchant: merchant.id, accounts: [second], scopes: ['account:read', 'report:read'] };
    const { api } = await make(provider.admin, bound);
    // An account keeps its first owner; should that ever change, the key does not follow it.
    const give = (to: string) =>
      system.db.query('UPDATE account SET merchant_id = ? WHERE public_id = ?', [to, second]);
    const report = (query: string) =>
      api.get(`/api/v1/reports/cumulate?${query}&from=${DAYS.from}&to=${DAYS.to}&format=csv`);
    expect(idsOf(await api.get('/api/v1/accounts'))).toEqual([second]);
    expect((await api.get(`/api/v1/accounts/${second!}`)).status).toBe(200);
    expect((await report(`accounts=${second!}`)).status).toBe(200);
    for (const foreign of [`accounts=${first!}`, `accounts=${first!},${second!}`, `merchant=${merchant.id}`])
      expect([foreign, (await report(foreign)).status]).toEqual([foreign, 404]);
    expect((await api.get(`/api/v1/accounts/${first!}`)).status).toBe(404);

    await give(other.id);
    expect(idsOf(await api.get('/api/v1/accounts'))).toEqual([]);
    expect((await report(`accounts=${second!}`)).status).toBe(404);
    await give(merchant.id);
    expect(idsOf(await api.get('/api/v1/accounts'))).toEqual([second]);
  });

  it('is refused from the moment it is revoked or expired, as any text that is no key', async () => {
    const short = await make(merchant.api, {
      ...{ scopes: ['account:read'], expiresAt: new Date(Date.parse(NOW) + 3_600_000).toISOString() },
    });
    const long = await make(merchant.api, { scopes: ['account:read'] });
    for (const { api } of [short, long]) expect((await api.get('/api/v1/accounts')).status).toBe(200);
    const lower = await system.api().get('/api/v1/accounts', { authorization: `bearer  ${long.key}` });
    expect(lower.status).toBe(200);
    expect((await merchant.api.delete(`${KEYS}/${long.id}`)).status).toBe(204);
    expect((await merchant.api.delete(`${KEYS}/${long.id}`)).status).toBe(204);
    await system.moveClock(3_600_000);
    const wrong = `${short.key.slice(0, 17)}${'A'.repeat(43)}`;
    const answers = await Promise.all([
      ...[short.api, long.api, new Api(system.gatewayOrigin, wrong)].map((api) => api.get('/api/v1/accounts')),
      ...['Bearer', 'Bearer x', `bearer ${wrong}`, `Bearer  ${short.key}`].map((authorization) =>
        system.api().get('/api/v1/accounts', { authorization }),
      ),
    ]);
    for (const answer of answers) {
      expect([answer.status, answer.json.code]).toEqual([401, 'api_key_invalid']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const proxied = await merchant.api.get('/api/v1/accounts', { authorization: 'Basic dTpw' });
    expect(proxied.status).toBe(200);
    // Who shows a key is not asked for a session, however good.
    const both = await merchant.api.get('/api/v1/accounts', { authorization: `Bearer ${wrong}` });
    expect(both.status).toBe(401);
  });

  it('follows a fetch until it is revoked', async () => {
    await system.sandbox.faults({ readyHour: 23, notReadyMode: 'partial' });
    const { now } = await system.sandbox.control('GET', 'clock');
    const yesterday = new Date(Date.parse(now) - 16 * 3_600_000).toISOString().slice(0, 10);
    const { id, api } = await make(merchant.api, { scopes: ['fetch:start', 'fetch:read'] });
    const asked = { scope: { merchant: merchant.id }, from: yesterday, to: yesterday };
    const fetch = ok(await api.post('/api/v1/fetches', asked), 202);
    const stream = api.listen(`/api/v1/fetches/${fetch.id as string}/events`, /event: end\ndata: .*\n\n/);
    const first = await api.listen(`/api/v1/fetches/${fetch.id as string}/events`, /event: progress\n/);
    expect(first.text).not.toContain('event: end');
    expect((await merchant.api.delete(`${KEYS}/${id}`)).status).toBe(204);
    expect((await stream).text).toContain('event: end\ndata: {"because":"not_allowed"}');
    await system.sandbox.control('DELETE', 'faults');
  });

  it('gives nobody more than they have', async () => {
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
    expect((await viewer.api.post(KEYS, { name: 'k', scopes: ['account:read'] })).status).toBe(403);
    const cases: [Api, object, number, string][] = [
      [merchant.api, { scopes: ['platform:read'] }, 403, 'scope_not_grantable'],
      [merchant.api, { scopes: ['account:read'], merchant: other.id }, 404, 'merchant_not_found'],
      [merchant.api, { scopes: ['account:read'], provider: provider.id }, 404, 'provider_not_found'],
      [merchant.api, { scopes: ['account:read'], accounts: [accounts[2]] }, 404, 'account_not_found'],
      [merchant.api, { scopes: ['fetch:start'], accounts: [accounts[0]] }, 403, 'scope_not_grantable'],
      [merchant.api, { scopes: ['account:read'], expiresAt: '2020-01-01T00:00:00Z' }, 422, 'expiry_invalid'],
      [merchant.api, { scopes: ['account:read'], expiresAt: 'soon' }, 422, 'validation_failed'],
      ...['20270601', '2027-W20-1', '2027-06-01', '2027-06-01T00:00', '2027-06-01T10Z', '2027-02-30T00:00:00Z'].map(
        (expiresAt): [Api, object, number, string] => [
          ...([merchant.api, { scopes: ['account:read'], expiresAt }, 422, 'validation_failed'] as const),
        ],
      ),
      ...['9999-12-31T23:59:59-01:00', '2037-01-01T00:00:00Z'].map((expiresAt): [Api, object, number, string] => [
        ...([merchant.api, { scopes: ['account:read'], expiresAt }, 422, 'expiry_invalid'] as const),
      ]),
      [merchant.api, { scopes: ['user:write'] }, 422, 'validation_failed'],
      [merchant.api, { scopes: [] }, 422, 'validation_failed'],
      [
        provider.admin,
        { scopes: ['account:read'], provider: provider.id, merchant: merchant.id },
        422,
        'key_owner_invalid',
      ],
    ];
    for (const [api, wanted, status, code] of cases) {
      const answer = await api.post(KEYS, { name: 'k', ...wanted });
      expect([wanted, answer.status, answer.json.code]).toEqual([wanted, status, code]);
    }
  });
});
