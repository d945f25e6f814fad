import { Api, type Answer } from '../support/api';
import { problemFaults } from '../support/problems';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { callCumulate, NO_DAYS } from '../support/wechat-program';

jest.setTimeout(60_000);

describe('limits of requests', () => {
  let system: System;
  let admin: Api;
  let provider: Provider;
  let program: (name: string) => Promise<Api>;

  beforeAll(async () => {
    system = await System.start({ workers: 0, env: { KEY_REQUESTS_A_MINUTE: '6', USER_REQUESTS_A_MINUTE: '200' } });
    provider = await makeProvider(system, await makeHost(system));
    ({ admin } = provider);
    const { id: merchant } = await makeMerchant(provider, system);
    program = async (name) => {
      const made = ok(await admin.post('/api/v1/api-keys', { name, merchant, scopes: ['account:read'] }), 201);
      return new Api(system.gatewayOrigin, made.key);
    };
  }, 120_000);
  afterAll(() => system.stop());

  it('counts what programs made for WeChat ask along, and refuses it in WeChat’s words', async () => {
    const scopes = ['account:read', 'datacube:call'];
    const { key } = ok(await admin.post('/api/v1/api-keys', { name: 'sdk', provider: provider.id, scopes }), 201);
    const { id } = await makeMerchant(provider, system);
    const { appid } = await authorize(system, provider, id);
    const api = new Api(system.gatewayOrigin, key);
    for (let n = 0; n < 2; n++) expect((await api.get('/api/v1/accounts')).status).toBe(200);
    const codes: unknown[] = [];
    for (let n = 0; n < 6; n++)
      codes.push((await callCumulate(system.gatewayOrigin, { access_token: key, appid }, NO_DAYS)).errcode);
    expect(codes).toEqual([...Array<undefined>(4), 45011, 45011]);
  });

  it('tells a program how many requests it has left, and refuses those beyond, in its language', async () => {
    const api = await program('busy');
    const answers: Answer[] = [];
    for (let n = 0; n < 6; n++) answers.push(await api.get(n === 3 ? '/api/v1/fetches' : '/api/v1/accounts'));
    // A refused one counts, too.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 403, 200, 200]);
    const left = answers.map(({ headers }) => /^"key";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit')!));
    expect(left.map((found) => Number(found![1]))).toEqual([5, 4, 3, 2, 1, 0]);
    for (const { headers } of answers) expect(headers.get('ratelimit-policy')).toBe('"key";q=6;w=60');
    for (const [asked, language] of [
      ['en', 'en'],
      ['zh', 'zh'],
    ] as const) {
      const over = await api.get('/api/v1/accounts', { 'accept-language': asked });
      expect([over.status, over.json.code]).toEqual([429, 'rate_limited']);
      expect(problemFaults(over, language)).toEqual([]);
      expect(over.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
      expect(over.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(Number(over.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
  });

  it('counts each program for itself, and people apart', async () => {
    const api = await program('calm');
    expect((await api.get('/api/v1/accounts')).headers.get('ratelimit')).toMatch(/^"key";r=5;/);
    const { headers } = await admin.get('/api/v1/accounts');
    expect(headers.get('ratelimit-policy')).toBe('"user";q=200;w=60');
  });

  it('does not count health, the description, pushes, links and strangers', async () => {
    for (const path of ['/health/live', '/openapi.json', '/connect/nothing', '/api/v1/accounts', '/api/v1/nothing'])
      expect((await system.api().get(path)).headers.get('ratelimit')).toBeNull();
    const push = await system.api().post('/wechat/wx0/events', '<xml/>', { 'content-type': 'text/xml' });
    expect(push.headers.get('ratelimit')).toBeNull();
  });
});
