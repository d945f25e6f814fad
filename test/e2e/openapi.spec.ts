import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { type Api } from '../support/api';
import { problemFaults } from '../support/problems';
import { rawRequest } from '../support/raw-http';
import { routesOf, type Route } from '../support/routes';
import { makeWebhook } from '../support/webhooks';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

const VALIDATOR = require
  .resolve('@seriousme/openapi-schema-validator')
  .replace(/index\.js$/, 'bin/validate-api-cli.js');

let system: System;
let document: any;
let routes: Route[];
let provider: Provider;
let other: Provider;
let merchant: string;
let account: string;
let campaign: string;
let reportLink: string;
let webhook: string;

beforeAll(async () => {
  system = await System.start({ workers: 0 });
  const host = await makeHost(system);
  [provider, other] = [await makeProvider(system, host), await makeProvider(system, host)];
  merchant = (await makeMerchant(provider, system)).id;
  await makeMerchant(provider, system);
  account = (await authorize(system, provider, merchant)).id;
  await authorize(system, provider, merchant);
  await invite(provider, merchant);
  for (let n = 0; n < 2; n++) {
    const wanted = { name: `c${n}`, scope: { merchant }, sets: [7] };
    campaign = ok(await provider.admin.post('/api/v1/campaigns', wanted), 201).id;
    ok(await provider.admin.post('/api/v1/api-keys', { name: `k${n}`, merchant, scopes: ['account:read'] }), 201);
    const days = { from: '2025-01-01', to: '2025-01-07' };
    ok(await provider.admin.post('/api/v1/fetches', { scope: { merchant }, ...days }), 202);
    reportLink = ok(await provider.admin.post('/api/v1/report-links', { name: `l${n}`, merchant, ...days }), 201).id;
  }
  webhook = (await makeWebhook(provider)).id;
  document = ok(await system.api().get('/openapi.json'), 200);
  routes = await routesOf(system.api());
}, 120_000);
afterAll(() => system.stop());

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const contentsOf = ({ operation }: Route): [string, string, any][] =>
  [
    ...Object.entries<any>(operation.requestBody?.content ?? {}).map(([type, one]) => ['request', type, one] as const),
    ...Object.entries<any>(operation.responses).flatMap(([status, response]) =>
      Object.entries<any>(response.content ?? {}).map(([type, one]) => [status, type, one] as const),
    ),
  ] as [string, string, any][];

describe('the description of the API', () => {
  it('is OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const dir = await mkdtemp(join(tmpdir(), 'openapi-'));
    try {
      await writeFile(join(dir, 'api.json'), JSON.stringify(document));
      const { stdout } = await promisify(execFile)(process.execPath, [VALIDATOR, join(dir, 'api.json')]);
      expect(JSON.parse(stdout)).toEqual({ valid: true });
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('tells of every route what it does, takes, answers and refuses', () => {
    const faults: string[] = [];
    const check = (holds: unknown, route: Route, fault: string): void => {
      if (!holds) faults.push(`${nameOf(route)}: ${fault}`);
    };
    for (const route of routes) {
      const { summary = '', tags = [], responses } = route.operation;
      check(summary.length > 5 && summary.length < 160, route, `summary: ${String(summary)}`);
      check(tags.length === 1, route, 'one tag');
      const answers = Object.keys(responses).filter((status) => /^2/.test(status));
      check(answers.length > 0, route, 'an answer');
      for (const status of answers) {
        const content = Object.entries<any>(responses[status].content ?? {});
        check(status === '204' || content.length > 0, route, `${status} has no content`);
        for (const [type, { schema }] of content)
          check((type !== 'application/json' || schema?.$ref) ?? schema?.oneOf, route, `${status} has no schema`);
      }
      // Programs made for WeChat get errcodes with status 200, and nothing else.
      if (route.path.startsWith('/api/') || route.path.startsWith('/r/'))
        for (const status of ['400', '500', '503']) check(responses[status], route, status);
      else {
        check(Object.keys(responses).join() === '200', route, 'WeChat has one status');
        check(JSON.stringify(responses['200']).includes('/WechatRefusalDto'), route, 'no errcode');
      }
      if (route.action !== null) for (const status of ['401', '403', '429']) check(responses[status], route, status);
      check(!route.path.includes('{') || responses['404'], route, '404');
      for (const [status, type, { example, examples }] of contentsOf(route))
        check(
          example !== undefined || examples !== undefined || type === 'text/event-stream' || type === 'text/csv',
          route,
          `${status} ${type} has no example`,
        );
      check(
        route.method === 'GET' ||
          route.method === 'DELETE' ||
          /\/(reread|cancel|retry|close|link|test|secret|deliveries\/\{id\}\/replay)$/.test(route.path) ||
          route.operation.requestBody,
        route,
        'no body',
      );
    }
    expect(faults).toEqual([]);
    expect(routes.length).toBeGreaterThan(40);
  });

  it('has examples that are what their schemas say', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'api', components: document.components });
    const faults: string[] = [];
    for (const route of routes)
      for (const [where, type, { schema, example, examples = {} }] of contentsOf(route)) {
        if (!type.includes('json')) continue;
        const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
        const values = [
          ...(example === undefined ? [] : [example]),
          ...Object.values<any>(examples).map((one) => one.value),
        ];
        for (const value of values)
          if (!validate(value)) faults.push(`${nameOf(route)} ${where}: ${ajv.errorsText(validate.errors)}`);
        for (const [code, one] of Object.entries<any>(examples))
          if (one.value.code !== code || String(one.value.status) !== where) faults.push(`${nameOf(route)}: ${code}`);
      }
    expect(faults).toEqual([]);
  });

  it('has examples of bodies that the API reads', async () => {
    const unread: string[] = [];
    for (const route of routes.filter(({ operation }) => operation.requestBody)) {
      const body = route.operation.requestBody.content['application/json'].example;
      const path = route.path.replace('{id}', `acc_${'0'.repeat(26)}`);
      const answer = await provider.admin.request(route.method, path, body);
      if (answer.status === 400 || answer.json?.code === 'validation_failed')
        unread.push(`${nameOf(route)}: ${answer.text}`);
    }
    expect(unread).toEqual([]);
  });
});

describe('every list', () => {
  const schemaOf = ({ operation }: Route): any => {
    const schema = operation.responses['200']?.content?.['application/json']?.schema;
    return schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema;
  };
  const lists = (): Route[] => routes.filter((route) => route.method === 'GET' && schemaOf(route)?.properties?.items);
  const addressOf = ({ path }: Route): string => {
    const ids: Readonly<Record<string, string>> = {
      merchants: merchant,
      platforms: provider.platform.id,
      accounts: account,
      campaigns: campaign,
      'report-links': reportLink,
      webhooks: webhook,
    };
    return path.replace(/([a-z-]+)\/\{id\}/, (_, word: string) => `${word}/${ids[word] ?? `fet_${'0'.repeat(26)}`}`);
  };
  const pagesOf = async (api: Api, path: string): Promise<any[][]> => {
    const pages: any[][] = [];
    for (let cursor = ''; ;) {
      const { items, nextCursor } = ok(await api.get(`${path}?limit=1${cursor && `&cursor=${cursor}`}`), 200);
      pages.push(items);
      if (nextCursor === null || pages.length > 50) return pages;
      cursor = nextCursor;
    }
  };

  it('is paged: it takes limit and cursor, and tells the next', () => {
    expect(lists().length).toBeGreaterThanOrEqual(12);
    for (const route of lists()) {
      const parameters = route.operation.parameters.map(({ name }: { name: string }) => name);
      expect([nameOf(route), parameters]).toEqual([nameOf(route), expect.arrayContaining(['limit', 'cursor'])]);
      expect(schemaOf(route).required).toContain('nextCursor');
    }
    // What is no list has no array at its top: series and ranges are bounded by days.
    const arrays = routes.filter((route) => schemaOf(route)?.type === 'array');
    expect(arrays.map(nameOf)).toEqual([]);
  });

  it('shows page by page what it shows at once', async () => {
    let several = 0;
    // Who looks into the audit log adds to it.
    for (const route of lists().filter(({ path }) => !/tasks|audit-events/.test(path))) {
      const path = addressOf(route);
      const whole = ok(await provider.admin.get(path), 200).items;
      const pages = await pagesOf(provider.admin, path);
      expect([nameOf(route), pages.flat()]).toEqual([nameOf(route), whole]);
      expect(pages.slice(0, -1).every((page) => page.length === 1)).toBe(true);
      if (pages.length > 1) several++;
    }
    expect(several).toBeGreaterThanOrEqual(7);
  });

  it('refuses a cursor that was made up or changed, and shows nothing foreign for one of others', async () => {
    for (const route of lists().filter(({ path }) => !path.includes('/tasks'))) {
      const path = addressOf(route);
      const { nextCursor } = ok(await provider.admin.get(`${path}?limit=1`), 200);
      const real: string = nextCursor ?? ok(await provider.admin.get('/api/v1/accounts?limit=1'), 200).nextCursor;
      const flipped = (real.startsWith('A') ? 'B' : 'A') + real.slice(1);
      for (const cursor of [flipped, real.slice(0, -1), `${real}A`, real.toUpperCase(), 'bmV4dA', '%00', '-1'])
        for (const [asked, language] of [
          ['en', 'en'],
          ['zh', 'zh'],
        ] as const) {
          const answer = await provider.admin.get(`${path}?cursor=${cursor}`, { 'accept-language': asked });
          expect([nameOf(route), answer.status, answer.json.code]).toEqual([nameOf(route), 422, 'cursor_invalid']);
          expect(problemFaults(answer, language)).toEqual([]);
        }
      const foreign = await other.admin.get(`${path}?cursor=${real}`);
      expect([200, 404, 422]).toContain(foreign.status);
      for (const id of [merchant, account, campaign, provider.id, provider.platform.id])
        expect(foreign.text).not.toContain(id);
      // The key of one list in another: whatever it finds, it is no failure.
      for (const another of lists().filter(({ path: one }) => !one.includes('{')))
        expect([200, 422]).toContain((await provider.admin.get(`${another.path}?cursor=${real}`)).status);
    }
  });
});

describe('every refusal speaks the language asked for', () => {
  it.each([
    [undefined, 'en'],
    ['*', 'en'],
    ['zh-CN', 'zh'],
    ['zh-Hant-TW;q=0.3', 'zh'],
    ['de, zh;q=0.2, en;q=0.1', 'zh'],
    ['zh;q=0.1, *;q=0.9', 'en'],
    ['zh;q=0, *', 'en'],
    ['en;q=0, *', 'zh'],
    ['zh;q=0.5, en', 'en'],
  ] as const)('%s: %s', async (header, language) => {
    const headers = header === undefined ? {} : { 'accept-language': header };
    const { admin } = provider;
    const json = { 'content-type': 'application/json' };
    const answers = [
      await system.api().get('/api/v1/accounts', headers),
      await system.api().get('/api/v1/accounts', { ...headers, authorization: 'Bearer wpg_x' }),
      await admin.get('/api/v1/nothing', headers),
      await admin.get('/nothing', headers),
      await admin.get(`/api/v1/accounts/acc_${'0'.repeat(26)}`, headers),
      await admin.get('/api/v1/accounts?limit=0', headers),
      await admin.post('/api/v1/providers', { name: 'x' }, headers),
      await admin.post('/api/v1/merchants', '{', { ...headers, ...json }),
      await admin.post('/api/v1/merchants', 'x', { ...headers, 'content-type': 'text/plain' }),
      await admin.post('/api/v1/merchants', 'x'.repeat(2_000_000), { ...headers, ...json }),
      await admin.post('/api/v1/merchants', { name: '', more: 1 }, headers),
      await admin.post('/api/v1/merchants', { name: 'x' }, { ...headers, origin: 'https://evil.example' }),
      await admin.post('/api/v1/merchants', { name: 'x' }, { ...headers, 'idempotency-key': 'a b' }),
      await system.api().post('/api/v1/session', { email: 'a@b.cn', password: 'x' }, headers),
      await rawRequest(system.gatewayOrigin, { path: '/api/v1/accounts/%zz', headers: { ...headers } }),
    ];
    for (const answer of answers)
      expect([answer.json.code, problemFaults(answer, language)]).toEqual([answer.json.code, []]);
    expect(new Set(answers.map(({ json }) => json.code)).size).toBeGreaterThanOrEqual(13);
  });
});
