import { type Answer, type Api } from '../support/api';
import { IntentCounter } from '../support/intent';
import { problemFaults, sameForAll } from '../support/problems';
import { until } from '../support/processes';
import { rawRequest } from '../support/raw-http';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok } from '../support/tenants';

jest.setTimeout(30_000);

/** 10:00 in Shanghai on 2026-03-10. */
const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-03-01', to: '2026-03-07' };
const NOBODY = 'acc_00000000000000000000000000';
const LANGUAGES = [
  ['en', 'en'],
  ['zh-CN', 'zh'],
] as const;

let system: System;
let intent: IntentCounter;
let api: Api;
let own: { id: string; appid: string };
let merchant: string;
let foreign: { account: string; merchant: string };
let provider: string;
let platform: string;
let component: string;
let person: { email: string; password: string };

type Send = (headers: Record<string, string>) => Promise<Answer>;
const post =
  (body: unknown): Send =>
  (headers) =>
    api.post('/api/v1/fetches', body, headers);
const ask = (change: object): Send => post({ scope: { accounts: [own.id] }, ...DAYS, ...change });
const askFor = (scope: unknown): Send => ask({ scope });
const report =
  (query: Record<string, string> | string): Send =>
  (headers) =>
    api.get(`/api/v1/reports/cumulate?${new URLSearchParams(query).toString()}`, headers);
const reportFor = (change: Record<string, string>): Send => report({ accounts: own.id, ...DAYS, ...change });
const get =
  (path: string): Send =>
  (headers) =>
    api.get(`/api/v1/${path}`, headers);

beforeAll(async () => {
  system = await System.start({ now: NOW });
  intent = new IntentCounter(system);
  const host = await makeHost(system);
  const [here, there] = [await makeProvider(system, host), await makeProvider(system, host)];
  const mine = await makeMerchant(here, system);
  const other = await makeMerchant(there, system);
  [api, merchant, provider, platform] = [mine.api, mine.id, here.id, here.platform.id];
  [component, person] = [here.platform.appid, mine];
  own = await authorize(system, here, mine.id);
  foreign = { account: (await authorize(system, there, other.id)).id, merchant: other.id };
}, 60_000);
afterAll(async () => {
  intent.close();
  await system.stop();
});

/** The same refusal in both languages, a problem whole in itself, and nothing was set in motion. */
async function expectRefused(send: Send, status: number, code: string): Promise<Answer> {
  const before = await intent.count();
  const answers: Answer[] = [];
  for (const [asked, language] of LANGUAGES) {
    const answer = await send({ 'accept-language': asked });
    expect([answer.status, answer.json?.code]).toEqual([status, code]);
    expect(problemFaults(answer, language)).toEqual([]);
    answers.push(answer);
  }
  expect(await intent.count()).toEqual(before);
  return answers[0]!;
}

describe('the requests that these cases change one thing of', () => {
  it('are good ones', async () => {
    expect((await ask({ dryRun: true })({})).json).toMatchObject({ dryRun: true, accounts: 1, refusals: [] });
    expect((await reportFor({})({})).status).toBe(200);
    expect((await intent.count()).fetches).toBe(0);
  });
});

describe('days', () => {
  it.each<[string, unknown, string]>([
    ['a day that no calendar has', '2026-02-30', 'date_invalid'],
    ['February 29 of a common year', '2025-02-29', 'date_invalid'],
    ['a short form', '2026-1-1', 'date_invalid'],
    ['a time', '2026-03-01T00:00:00Z', 'date_invalid'],
    ['a day with a space', '2026-03-01 ', 'date_invalid'],
    ['full-width digits', '２０２６-03-01', 'date_invalid'],
    ['nothing', '', 'date_invalid'],
    ['a number', 20260301, 'validation_failed'],
    ['null', null, 'validation_failed'],
    ['a list', ['2026-03-01'], 'validation_failed'],
    ['an object', {}, 'validation_failed'],
    ['a long text', '2'.repeat(5_000), 'validation_failed'],
  ])('refuses %s', async (_name, value, code) => {
    const first = await expectRefused(ask({ from: value }), 422, code);
    await expectRefused(ask({ to: value }), 422, code);
    await expectRefused(ask({ from: value, dryRun: true }), 422, code);
    expect(first.text).toContain('from');
    if (typeof value === 'string') {
      await expectRefused(reportFor({ from: value }), 422, code);
      await expectRefused(reportFor({ to: value }), 422, code);
    }
  });

  it.each([
    ['the end before the begin', { from: '2026-03-07', to: '2026-03-06' }, 'range_reversed', '2026-03-06'],
    [
      'a begin before WeChat has data',
      { from: '2014-11-30', to: '2014-12-02' },
      'range_before_first_day',
      '2014-12-01',
    ],
    ['a day of year 1', { from: '0001-01-01', to: '2014-12-02' }, 'range_before_first_day', '2014-12-01'],
    ['today', { from: '2026-03-01', to: '2026-03-10' }, 'range_not_over', '2026-03-10'],
    ['the future', { from: '2026-03-01', to: '2026-03-11' }, 'range_not_over', '2026-03-10'],
    ['the far future', { from: '2026-03-01', to: '9999-12-31' }, 'range_not_over', '2026-03-10'],
  ])('refuses %s and names the day that counts', async (_name, range, code, named) => {
    const refused = [await expectRefused(ask(range), 422, code), await expectRefused(reportFor(range), 422, code)];
    await expectRefused(ask({ ...range, dryRun: true }), 422, code);
    for (const { json } of refused) expect(json.detail).toContain(named);
  });

  it('refuses a missing day', async () => {
    for (const field of ['from', 'to']) {
      const { json } = await expectRefused(ask({ [field]: undefined }), 422, 'validation_failed');
      expect(json.errors).toEqual([{ field, rule: 'isString', message: expect.any(String) }]);
    }
    await expectRefused(report({ accounts: own.id, from: DAYS.from }), 422, 'validation_failed');
    await expectRefused(
      report(`accounts=${own.id}&from=2026-03-01&from=2026-03-02&to=2026-03-07`),
      422,
      'validation_failed',
    );
  });
});

describe('accounts and scopes', () => {
  it('answers alike for an account of nobody, of another tenant, and for own and foreign ones together', async () => {
    const lists = [[NOBODY], [foreign.account], [own.id, foreign.account], [foreign.account, own.id], [own.id, NOBODY]];
    const bodies = new Set<string>();
    const chinese = new Set<string>();
    for (const accounts of lists) {
      for (const send of [askFor({ accounts }), reportFor({ accounts: accounts.join(',') })]) {
        bodies.add(sameForAll(await expectRefused(send, 404, 'account_not_found')));
        chinese.add(sameForAll(await send({ 'accept-language': 'zh' })));
      }
    }
    expect([bodies.size, chinese.size]).toEqual([1, 1]);
    expect([...bodies].join()).not.toContain('acc_');
  });

  it('answers alike for a merchant, a platform and a provider that are foreign or of nobody', async () => {
    const nobody = (prefix: string): string => NOBODY.replace('acc', prefix);
    const alike = async (code: string, sends: Send[]): Promise<void> => {
      const bodies = new Set<string>();
      for (const send of sends) bodies.add(sameForAll(await expectRefused(send, 404, code)));
      expect(bodies.size).toBe(1);
    };
    await alike('merchant_not_found', [
      ...[foreign.merchant, nobody('mer')].map((id) => askFor({ merchant: id })),
      ...[foreign.merchant, nobody('mer')].map((id) => report({ merchant: id, ...DAYS })),
    ]);
    await alike(
      'platform_not_found',
      [platform, nobody('plt')].map((id) => askFor({ platform: id })),
    );
    await alike(
      'provider_not_found',
      [provider, nobody('prv')].map((id) => askFor({ provider: id })),
    );
  });

  it.each<[string, () => unknown, string]>([
    ['two scopes at once', () => ({ accounts: [own.id], merchant }), 'scope_invalid'],
    ['all four scopes', () => ({ accounts: [own.id], merchant, platform, provider }), 'scope_invalid'],
    ['no scope', () => ({}), 'scope_invalid'],
    ['null instead of one', () => ({ accounts: null, merchant: null }), 'validation_failed'],
    ['an empty list', () => ({ accounts: [] }), 'validation_failed'],
    ['1001 accounts', () => ({ accounts: Array.from({ length: 1_001 }, () => own.id) }), 'validation_failed'],
    ['a list of numbers', () => ({ accounts: [1, 2] }), 'validation_failed'],
    ['a list of lists', () => ({ accounts: [[own.id]] }), 'validation_failed'],
    ['a text for the list', () => ({ accounts: own.id }), 'validation_failed'],
    ['an object for the list', () => ({ accounts: { 0: own.id, length: 1 } }), 'validation_failed'],
    ['a list for the merchant', () => ({ merchant: [merchant] }), 'validation_failed'],
    ['an operator for the merchant', () => ({ merchant: { $ne: '' } }), 'validation_failed'],
    ['a text', () => own.id, 'validation_failed'],
    ['a list', () => [{ merchant }], 'validation_failed'],
    ['null', () => null, 'validation_failed'],
    ['an unknown scope', () => ({ everything: true }), 'validation_failed'],
  ])('refuses as a scope: %s', async (_name, scope, code) => {
    await expectRefused(askFor(scope()), 422, code);
  });

  it.each<[string, () => Record<string, string>, number, string]>([
    ['no scope', () => ({}), 422, 'scope_invalid'],
    ['two scopes', () => ({ merchant, accounts: own.id }), 422, 'scope_invalid'],
    ['1001 accounts', () => ({ accounts: 'a,'.repeat(1_000) + 'a' }), 422, 'validation_failed'],
    ['an unknown format', () => ({ merchant, format: 'pdf' }), 422, 'validation_failed'],
    ['an unknown language', () => ({ merchant, lang: 'fr' }), 422, 'validation_failed'],
    ['an unknown parameter', () => ({ merchant, colour: 'red' }), 422, 'validation_failed'],
  ])('refuses a report for %s', async (_name, query, status, code) => {
    await expectRefused(report({ ...query(), ...DAYS }), status, code);
  });

  it.each([
    ['Chinese', '账号'],
    ['an emoji', '🙂'],
    ['a zero byte', 'acc_\u0000'],
    ['a quote', "acc_' OR '1'='1"],
    ['a half surrogate', 'acc_\ud800'],
    ['no characters', ''],
  ])('finds no account, merchant or platform by an id with %s', async (_name, id) => {
    await expectNobody(askFor({ accounts: [id] }), 'account_not_found');
    await expectNobody(askFor({ merchant: id }), 'merchant_not_found');
    await expectNobody(askFor({ platform: id }), 'platform_not_found');
    await expectNobody(askFor({ provider: id }), 'provider_not_found');
    await expectNobody(reportFor({ accounts: id }), 'account_not_found');
    await expectNobody(report({ merchant: id, ...DAYS }), 'merchant_not_found');
  });

  /** What is no id may be refused for its form or as nobody's; both are true. */
  async function expectNobody(send: Send, code: string): Promise<void> {
    const { status } = await send({});
    await (status === 422 ? expectRefused(send, 422, 'validation_failed') : expectRefused(send, 404, code));
  }
});

describe('bodies', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const json = (extra: string): string =>
    `{"scope":{"accounts":["${own.id}"]},"from":"${DAYS.from}","to":"${DAYS.to}"${extra}}`;

  it.each<[string, () => string, number, string]>([
    ['broken JSON', () => json('').slice(0, -1), 400, 'body_malformed'],
    ['a word', () => 'from', 400, 'body_malformed'],
    ['single quotes', () => "{'from':'2026-03-01'}", 400, 'body_malformed'],
    ['two documents', () => json('') + json(''), 400, 'body_malformed'],
    ['__proto__', () => json(',"__proto__":{"dryRun":true}'), 400, 'body_malformed'],
    ['__proto__ in the scope', () => '{"scope":{"__proto__":{"merchant":"x"}}}', 400, 'body_malformed'],
    ['an escaped __proto__', () => json(String.raw`,"\u005f_proto__":{}`), 400, 'body_malformed'],
    ['constructor.prototype', () => json(',"constructor":{"prototype":{"dryRun":true}}'), 400, 'body_malformed'],
    ['33 levels', () => json(`,"x":${nested(33)}`), 400, 'body_malformed'],
    ['100,000 levels', () => json(`,"x":${nested(100_000)}`), 400, 'body_malformed'],
    ['20 levels in an unknown field', () => json(`,"x":${nested(20)}`), 422, 'validation_failed'],
    ['2 MB', () => json(`,"x":"${'x'.repeat(2_000_000)}"`), 413, 'body_too_large'],
    ['nothing', () => '', 422, 'validation_failed'],
    ['null', () => 'null', 422, 'validation_failed'],
    ['a text', () => '"from"', 422, 'validation_failed'],
    ['a number', () => '42', 422, 'validation_failed'],
    ['a truth', () => 'true', 422, 'validation_failed'],
    ['an empty list', () => '[]', 422, 'validation_failed'],
    ['a list', () => `[${json('')}]`, 422, 'validation_failed'],
    ['an empty object', () => '{}', 422, 'validation_failed'],
  ])('refuses %s', async (_name, body, status, code) => {
    await expectRefused(post(body()), status, code);
  });

  it.each([
    ['at the top', { colour: 'red' }, 'colour'],
    ['that objects have by nature', { toString: 'x', hasOwnProperty: 1 }, 'toString'],
    ['named constructor', { constructor: 'x' }, 'constructor'],
  ])('refuses unknown fields %s by name', async (_name, extra, field) => {
    const { json } = await expectRefused(ask({ ...extra, dryRun: true }), 422, 'validation_failed');
    expect(json.errors).toContainEqual({ field, rule: 'unknownField', message: 'unknown field' });
  });

  it('refuses an unknown field of the scope by its path', async () => {
    const { json } = await expectRefused(askFor({ accounts: [own.id], since: 1 }), 422, 'validation_failed');
    expect(json.errors).toEqual([{ field: 'scope.since', rule: 'unknownField', message: 'unknown field' }]);
  });

  it.each([
    ['refetch', 'yes'],
    ['refetch', 1],
    ['dryRun', 'true'],
    ['dryRun', []],
  ])('refuses %s: %p', async (field, value) => {
    const { json } = await expectRefused(ask({ [field]: value }), 422, 'validation_failed');
    expect(json.errors).toEqual([{ field, rule: 'isBoolean', message: expect.any(String) }]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'text/xml',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('refuses %s', async (type) => {
    const send: Send = (headers) => api.post('/api/v1/fetches', json(''), { ...headers, 'content-type': type });
    await expectRefused(send, 415, 'media_type_unsupported');
  });
});

describe('languages', () => {
  it.each([
    ['fr-FR', 'en'],
    ['', 'en'],
    ['*', 'en'],
    [';;;q=,,', 'en'],
    ['zh;q=abc', 'en'],
    ['zh;q=0,en;q=0.1', 'en'],
    ['en;q=0.1,zh-TW;q=0.9', 'zh'],
    ['ZH-hans-cn', 'zh'],
    [`${'xx,'.repeat(2_000)}zh`, 'zh'],
  ] as const)('answers "%s" in %s', async (asked, language) => {
    const answer = await ask({ from: 'x' })({ 'accept-language': asked });
    expect([answer.status, answer.json.code]).toEqual([422, 'date_invalid']);
    expect(problemFaults(answer, language)).toEqual([]);
  });
});

describe('pages and addresses', () => {
  it.each(['0', '-1', '1e9', 'abc', '', '1.5', '201', 'NaN', 'Infinity', ' ', '1&limit=2'])(
    'refuses limit=%s',
    async (limit) => {
      for (const list of ['fetches', 'accounts', 'merchants'])
        await expectRefused(get(`${list}?limit=${limit}`), 422, 'validation_failed');
    },
  );

  it.each(['x', 'AAAAAAAAAAAAAAA', '%00', '%F0%9F%99%82', "' OR 1=1 --", '='.repeat(8), ''])(
    'refuses the cursor "%s"',
    async (cursor) => {
      for (const list of ['fetches', 'accounts', 'merchants'])
        await expectRefused(get(`${list}?cursor=${cursor}`), 422, 'cursor_invalid');
    },
  );

  it('refuses a long cursor, two cursors and an unknown parameter', async () => {
    for (const query of [`cursor=${'x'.repeat(501)}`, 'cursor=a&cursor=b', 'offset=3'])
      await expectRefused(get(`fetches?${query}`), 422, 'validation_failed');
  });

  it.each<[string, string, number, string]>([
    ['dots', '%2e%2e', 404, 'fetch_not_found'],
    ['dots and a slash', '..%2f..%2fplatforms', 404, 'fetch_not_found'],
    ['a zero byte', '%00', 404, 'fetch_not_found'],
    ['an id and a zero byte', 'fet_1%00', 404, 'fetch_not_found'],
    ['Chinese', '%E8%B4%A6%E5%8F%B7', 404, 'fetch_not_found'],
    ['an emoji', '%F0%9F%99%82', 404, 'fetch_not_found'],
    ['a quote', 'fet_%27%20OR%20%271%27%3D%271', 404, 'fetch_not_found'],
    ['a wildcard', '%25', 404, 'fetch_not_found'],
    ['a line break', 'fet_1%0d%0aSet-Cookie:x=1', 404, 'fetch_not_found'],
    ['200 characters', 'x'.repeat(200), 404, 'fetch_not_found'],
    ['5000 characters', 'x'.repeat(5_000), 400, 'request_malformed'],
    ['half an escape', '%zz', 400, 'request_malformed'],
    ['an overlong slash', '%C0%AF', 400, 'request_malformed'],
  ])('finds nothing at an id of %s', async (_name, id, status, code) => {
    const cookie = api.setCookie!.split(';', 1)[0]!;
    const send =
      (path: string): Send =>
      (headers) =>
        rawRequest(system.gatewayOrigin, { path, headers: { ...headers, cookie } });
    const answer = await expectRefused(send(`/api/v1/fetches/${id}`), status, code);
    expect(answer.headers.get('set-cookie')).toBeNull();
    await expectRefused(send(`/api/v1/fetches/${id}/tasks`), status, code);
  });

  it('answers a problem at an address it does not know', async () => {
    await expectRefused(get('nothing'), 404, 'route_not_found');
    await expectRefused(get('accounts/x/nothing'), 404, 'route_not_found');
    await expectRefused(get('//accounts//x//nothing/'), 404, 'route_not_found');
    await expectRefused((headers) => api.post('/api/v1/accounts', {}, headers), 404, 'route_not_found');
  });

  it('reads an address with as many accounts as a report may name', async () => {
    const accounts = Array.from({ length: 1_000 }, () => own.id).join(',');
    expect((await reportFor({ accounts })({})).status).toBe(200);
  });

  it('answers a problem for an address that is longer than it reads', async () => {
    expect(problemFaults(await reportFor({ accounts: 'x'.repeat(90_000) })({}), 'en')).toEqual([]);
  });
});

/** These move the clock, so they come last. */
describe('around midnight and 08:00 in Shanghai', () => {
  async function standAt(time: string): Promise<void> {
    await system.sandbox.setClock(time, 0);
    await new Promise((followed) => setTimeout(followed, 900));
  }

  it('lets a day end at 16:00 UTC, waits for its number until 08:05, and goes on by itself', async () => {
    await standAt('2026-03-10T15:59:59Z');
    await api.login(person.email, person.password);
    await system.sandbox.control('POST', 'push', { component_appid: component });
    const days = { from: '2026-03-08', to: '2026-03-10' };
    for (const send of [ask(days), reportFor(days)]) {
      const { json } = await expectRefused(send, 422, 'range_not_over');
      expect(json.detail).toContain('2026-03-10');
    }
    await standAt('2026-03-10T16:00:00Z');
    const { json } = await expectRefused(ask({ ...days, to: '2026-03-11' }), 422, 'range_not_over');
    expect(json.detail).toContain('2026-03-11');

    await system.sandbox.forgetCalls();
    const { id } = ok(await ask(days)({}), 202);
    const task = async (): Promise<any> => ok(await api.get(`/api/v1/fetches/${id as string}/tasks`), 200).items[0];
    const waiting = await until('the task waits for data', async () => {
      const seen = await task();
      return seen.state === 'waiting_data' ? seen : null;
    });
    expect(waiting).toMatchObject({ because: 'data_not_ready', nextAttemptAt: '2026-03-11T00:05:00.000Z' });
    await standAt('2026-03-11T00:04:59Z');
    // Nobody used the session for eight hours.
    await api.login(person.email, person.password);
    expect((await task()).state).toBe('waiting_data');
    expect(await windows(id)).toEqual(['2026-03-08 2026-03-09']);
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 1 });

    await standAt('2026-03-11T00:05:01Z');
    await until('the task is done', async () => (await task()).state === 'done');
    expect(await windows(id)).toEqual(['2026-03-08 2026-03-09', '2026-03-10 2026-03-10']);
    const lines = (await reportFor(days)({})).text.trimEnd().split('\r\n').slice(1);
    const stored = new Map(lines.map((line) => line.split(',')).map((cells) => [cells[0], Number(cells[3])]));
    expect(stored).toEqual(await system.sandbox.truth(own.appid, days.from, days.to));
    expect(stored.size).toBe(3);
  });

  async function windows(fetch: string): Promise<string[]> {
    const [rows] = await system.db.query(
      'SELECT window_from AS f, window_to AS t FROM fetch_call c JOIN fetch_task k ON k.id = c.task_id WHERE k.fetch_id = ? ORDER BY c.id',
      [fetch],
    );
    return (rows as { f: string; t: string }[]).map(({ f, t }) => `${f} ${t}`);
  }
});
