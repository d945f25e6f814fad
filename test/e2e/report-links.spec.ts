import { createHash } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { type Answer, Api } from '../support/api';
import { until } from '../support/processes';
import { problemFaults, sameForAll } from '../support/problems';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-02-01', to: '2026-02-07' };
const LINKS = '/api/v1/report-links';
const DAY_MS = 86_400_000;
const BROWSER = { accept: 'text/html,application/xhtml+xml', 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140' };

let system: System;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
let other: Awaited<ReturnType<typeof makeMerchant>>;
let accounts: { id: string; appid: string }[];

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { TRUSTED_PROXIES: '127.0.0.1' } });
  provider = await makeProvider(system, await makeHost(system));
  merchant = await makeMerchant(provider, system);
  other = await makeMerchant(provider, system);
  accounts = [];
  for (const { id } of [merchant, merchant, other]) accounts.push(await authorize(system, provider, id));
  const asked = { scope: { accounts: accounts.map(({ id }) => id) }, ...DAYS };
  const { id } = ok(await provider.admin.post('/api/v1/fetches', asked), 202);
  await until('the days are stored', async () => {
    const { state } = ok(await provider.admin.get(`/api/v1/fetches/${id as string}`), 200);
    return state === 'done';
  });
}, 120_000);
afterAll(() => system.stop());

interface Made {
  readonly id: string;
  readonly url: string;
  readonly token: string;
}
async function make(api: Api, wanted: object): Promise<Made> {
  const { id, url } = ok(await api.post(LINKS, { name: 'for the board', ...DAYS, ...wanted }), 201);
  return { id, url, token: url.split('/').at(-1) };
}
/** As somebody with nothing but the link. */
async function open({ url }: Pick<Made, 'url'>, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const answer = await fetch(url, { method, headers });
  const text = await answer.text();
  const isJson = text !== '' && (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
const seen = async (api: Api, { id }: Made): Promise<any> => ok(await api.get(`${LINKS}/${id}`), 200);
const usesOf = async (api: Api, { id }: Made): Promise<any[]> => ok(await api.get(`${LINKS}/${id}/uses`), 200).items;
/** The answer may be there before its end is noted. */
const ended = (api: Api, link: Made, count: number): Promise<any[]> =>
  until(`${count} downloads have ended`, async () => {
    const uses = await usesOf(api, link);
    return uses.length === count && uses.every(({ outcome }) => outcome !== 'running') ? uses : null;
  });
const linesOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
const appidsOf = (text: string): Set<string> =>
  new Set(
    linesOf(text)
      .slice(1)
      .map(([, appid]) => appid!),
  );

async function expectClosed(link: Pick<Made, 'url'>): Promise<void> {
  const unknown = { url: `${system.gatewayOrigin}/r/${'A'.repeat(43)}` };
  for (const language of ['en', 'zh'] as const) {
    const [answer, nothing] = [
      await open(link, { 'accept-language': language }),
      await open(unknown, { 'accept-language': language }),
    ];
    expect([answer.status, answer.json.code]).toEqual([404, 'report_link_closed']);
    expect(problemFaults(answer, language)).toEqual([]);
    expect(sameForAll(answer)).toBe(sameForAll(nothing));
    const [page, nowhere] = [
      await open(link, { ...BROWSER, 'accept-language': language }),
      await open(unknown, { ...BROWSER, 'accept-language': language }),
    ];
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toBe(nowhere.text);
    expect(page.text).toContain(language === 'en' ? 'This link does not open' : '链接无法打开');
    for (const { headers } of [answer, page]) {
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('cache-control')).toContain('no-store');
    }
  }
  expect((await open(link, {}, 'HEAD')).status).toBe(404);
}

describe('a report link', () => {
  it('is told once, is hashed in the database, and gives the report that its merchant gets', async () => {
    const wanted = { name: ' for the board ', merchant: merchant.id, ...DAYS, lang: 'zh', maxDownloads: 2 };
    const made = await merchant.api.post(LINKS, wanted);
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { url, ...told } = made.json;
    expect(url).toMatch(new RegExp(`^${system.gatewayOrigin}/r/[\\w-]{43}$`));
    const link = { id: told.id, url, token: url.split('/').at(-1) };
    const expiresAt = new Date(Date.parse(told.createdAt) + 7 * DAY_MS).toISOString();
    expect(told).toEqual({
      ...{ id: expect.stringMatching(/^rpl_/), name: 'for the board', provider: provider.id, merchant: merchant.id },
      ...{ accounts: null, ...DAYS, format: 'csv', lang: 'zh', state: 'open', createdAt: expect.any(String) },
      ...{ expiresAt, revokedAt: null, maxDownloads: 2, downloads: 0, lastDownloadAt: null },
    });
    expect(await seen(merchant.api, link)).toEqual(told);
    const [rows] = await system.db.query('SELECT * FROM report_link WHERE id = ?', [link.id]);
    const [{ token_hash: hash, ...row }] = rows as [{ token_hash: Buffer }];
    expect(hash).toEqual(createHash('sha256').update(link.token).digest());
    expect(JSON.stringify(row)).not.toContain(link.token);

    const client = { 'user-agent': `curl/8 ${'x'.repeat(400)}`, 'x-forwarded-for': '203.0.113.9' };
    const file = await open(link, client);
    const query = `merchant=${merchant.id}&from=${DAYS.from}&to=${DAYS.to}&format=csv&lang=zh`;
    const report = await merchant.api.get(`/api/v1/reports/cumulate?${query}`);
    expect([file.status, file.text]).toEqual([200, report.text]);
    expect(linesOf(file.text)).toHaveLength(1 + 2 * 7);
    const truth = await system.sandbox.truth(accounts[1]!.appid, DAYS.from, DAYS.to);
    const shown = linesOf(file.text).filter(([, appid]) => appid === accounts[1]!.appid);
    expect(new Map(shown.map(([day, , , users]) => [day, Number(users)]))).toEqual(truth);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      ...{ 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-store' },
      'content-disposition': `attachment; filename="cumulate_${DAYS.from}_${DAYS.to}.csv"`,
      ...{ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow', 'x-content-type-options': 'nosniff' },
    });

    const [use, ...others] = await ended(merchant.api, link, 1);
    expect(others).toEqual([]);
    expect(use).toEqual({
      ...{ startedAt: expect.any(String), endedAt: expect.any(String), outcome: 'whole' },
      ...{ bytes: Buffer.byteLength(report.text) + 3, address: '203.0.113.9' },
      userAgent: client['user-agent'].slice(0, 200),
    });
    expect(await seen(merchant.api, link)).toMatchObject({
      state: 'open',
      downloads: 1,
      lastDownloadAt: use.startedAt,
    });
    expect((await open(link, BROWSER)).text).toBe(report.text);
    expect(await seen(merchant.api, link)).toMatchObject({ state: 'used_up', downloads: 2 });
    await expectClosed(link);
    const page = ok(await merchant.api.get(`${LINKS}/${link.id}/uses?limit=1`), 200);
    expect(page.items).toMatchObject([{ userAgent: BROWSER['user-agent'], address: '127.0.0.1' }]);
    const next = ok(await merchant.api.get(`${LINKS}/${link.id}/uses?limit=1&cursor=${page.nextCursor}`), 200);
    expect([next.items, next.nextCursor]).toEqual([[use], null]);
  });

  it('is not used up by who only looks: HEAD, previews of chats, and browsers that load ahead', async () => {
    const link = await make(merchant.api, { merchant: merchant.id, maxDownloads: 1 });
    const asked = await open(link, {}, 'HEAD');
    expect([asked.status, asked.text, asked.headers.get('content-type')]).toEqual([200, '', 'text/csv; charset=utf-8']);
    expect(asked.headers.get('content-disposition')).toContain('attachment');
    for (const headers of [
      { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
      { ...BROWSER, 'user-agent': 'WhatsApp/2.23' },
      { ...BROWSER, 'sec-purpose': 'prefetch' },
    ]) {
      const looked = await open(link, headers);
      expect([looked.status, looked.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      for (const { appid, id } of accounts) expect(looked.text).not.toMatch(new RegExp(`${appid}|${id}|board`));
    }
    expect(await usesOf(merchant.api, link)).toEqual([]);
    expect(await seen(merchant.api, link)).toMatchObject({ state: 'open', downloads: 0, lastDownloadAt: null });
    expect((await open(link)).status).toBe(200);
    expect((await open(link)).status).toBe(404);
  });

  it('opens nothing from the moment it is revoked, nor with another letter in it', async () => {
    const link = await make(merchant.api, { merchant: merchant.id });
    expect((await open(link)).status).toBe(200);
    const last = link.token.at(-1) === 'A' ? 'E' : 'A';
    const wrong = [
      `${link.token.slice(0, -1)}${last}`,
      link.token.slice(0, -1),
      `${link.token}A`,
      '%E4%BD%A0',
      '..%2f',
    ];
    for (const token of wrong) await expectClosed({ url: `${system.gatewayOrigin}/r/${token}` });
    expect((await merchant.api.delete(`${LINKS}/${link.id}`)).status).toBe(204);
    await expectClosed(link);
    const { revokedAt } = await seen(merchant.api, link);
    expect((await merchant.api.delete(`${LINKS}/${link.id}`)).status).toBe(204);
    expect(await seen(merchant.api, link)).toMatchObject({ state: 'revoked', revokedAt });
    expect(revokedAt).not.toBeNull();
  });

  it('is downloaded as often as allowed and no more, though twenty try at once', async () => {
    const link = await make(merchant.api, { merchant: merchant.id, maxDownloads: 5 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(link)));
    const files = answers.filter(({ status }) => status === 200);
    expect([files.length, new Set(files.map(({ text }) => text)).size]).toEqual([5, 1]);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(15);
    await ended(merchant.api, link, 5);
    expect(await seen(merchant.api, link)).toMatchObject({ state: 'used_up', downloads: 5 });
  });

  it('counts no download that was broken off', async () => {
    const big = await makeMerchant(provider, system);
    const [source] = accounts;
    // So many days that no buffer on the way takes them all.
    const rows = Array.from({ length: 60 }, (_, n) => [`acc_big${n}`, `wxbig${n}`, big.id]);
    await system.db.query('CREATE TEMPORARY TABLE big (id VARCHAR(32), appid VARCHAR(32), merchant VARCHAR(32))');
    await system.db.query('INSERT INTO big VALUES ?', [rows]);
    await system.db.query(
      `INSERT INTO account (public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name, head_img,
         state, authorized_at, created_at)
       SELECT b.id, a.platform_id, b.appid, b.merchant, a.kind, 'Big', '', '', '', a.state, a.authorized_at, a.created_at
       FROM big b JOIN account a ON a.public_id = ?`,
      [source!.id],
    );
    const days = { from: '2014-12-01', to: '2026-03-08' };
    const link = await make(big.api, { merchant: big.id, ...days, maxDownloads: 1 });
    await new Promise<void>((broken) => {
      httpGet(link.url, (answer) => answer.once('data', () => answer.destroy())).once('close', () => {
        broken();
      });
    });
    const [use] = await ended(big.api, link, 1);
    expect(use).toMatchObject({ outcome: 'broken_off', endedAt: expect.any(String) });
    expect(use.bytes).toBeGreaterThan(0);
    expect(await seen(big.api, link)).toMatchObject({ state: 'open', downloads: 0 });
    const whole = await open(link);
    expect(linesOf(whole.text)).toHaveLength(1 + 60 * 4_116);
    expect(use.bytes).toBeLessThan(Buffer.byteLength(whole.text));
    const [second] = await ended(big.api, link, 2);
    expect(second).toMatchObject({ outcome: 'whole', bytes: Buffer.byteLength(whole.text) });
    expect((await seen(big.api, link)).state).toBe('used_up');
  });

  it('shows what is its owner’s today, though whoever made it has left', async () => {
    const [first, second] = accounts;
    const operator = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
    const single = await make(operator.api, { accounts: [second!.id] });
    const both = await make(operator.api, { accounts: [first!.id, second!.id] });
    const all = await make(operator.api, { merchant: merchant.id });
    const ofProvider = await make(provider.admin, { accounts: [second!.id, accounts[2]!.id] });
    const { items } = ok(await merchant.api.get('/api/v1/users?limit=200'), 200);
    const { id, memberships } = items.find(({ email }: { email: string }) => email === operator.email);
    const path = `/api/v1/users/${id as string}/memberships/${memberships[0].id as string}`;
    expect((await merchant.api.delete(path)).status).toBe(204);
    expect((await operator.api.get(LINKS)).status).toBe(401);
    for (const link of [both, all])
      expect(appidsOf((await open(link)).text)).toEqual(new Set([first!.appid, second!.appid]));

    const give = (to: string) =>
      system.db.query('UPDATE account SET merchant_id = ? WHERE public_id = ?', [to, second!.id]);
    await give(other.id);
    for (const link of [both, all]) expect(appidsOf((await open(link)).text)).toEqual(new Set([first!.appid]));
    await expectClosed(single);
    expect([(await seen(merchant.api, single)).accounts, (await seen(merchant.api, both)).accounts]).toEqual([
      [],
      [first!.id],
    ]);
    expect(appidsOf((await open(ofProvider)).text)).toEqual(new Set([second!.appid, accounts[2]!.appid]));
    await give(merchant.id);
    expect(appidsOf((await open(single)).text)).toEqual(new Set([second!.appid]));
  });

  it('is seen and revoked by its merchant and its provider, and by nobody else', async () => {
    const made = await make(provider.admin, { accounts: [accounts[0]!.id] });
    const ofProvider = await make(provider.admin, { accounts: [accounts[0]!.id, accounts[2]!.id] });
    expect((await seen(merchant.api, made)).merchant).toBe(merchant.id);
    expect((await seen(provider.admin, ofProvider)).merchant).toBeNull();
    const support = await makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });
    expect((await seen(support.api, made)).id).toBe(made.id);
    const nothing = sameForAll(await merchant.api.get(`${LINKS}/rpl_0`));
    for (const [api, link] of [
      [other.api, made],
      [merchant.api, ofProvider],
      [other.api, ofProvider],
    ] as const) {
      for (const path of ['', '/uses']) {
        const foreign = await api.get(`${LINKS}/${link.id}${path}`);
        expect([foreign.status, sameForAll(foreign)]).toEqual([404, nothing]);
      }
      expect((await api.delete(`${LINKS}/${link.id}`)).status).toBe(404);
    }
    const listed = ok(await other.api.get(LINKS), 200).items.map(({ id }: { id: string }) => id);
    expect(listed).not.toContain(made.id);
    expect((await support.api.delete(`${LINKS}/${made.id}`)).status).toBe(403);
    expect((await open(made)).status).toBe(200);
    expect((await merchant.api.delete(`${LINKS}/${made.id}`)).status).toBe(204);
    await expectClosed(made);
  });

  it('gives nobody more than they may read', async () => {
    const support = await makeUser(provider.admin, system, { role: 'provider_support', provider: provider.id });
    const own = { merchant: merchant.id };
    const wantedKey = { name: 'k', ...own, scopes: ['report-link:write', 'report-link:read'] };
    const { key } = ok(await merchant.api.post('/api/v1/api-keys', wantedKey), 201);
    const program = new Api(system.gatewayOrigin, key);
    const memberships = [merchant, other].map(({ id }) => ({ role: 'merchant_viewer', merchant: id }));
    const person = { email: 'of-both@example.test', name: 'Both', password: 'correct horse battery', memberships };
    ok(await provider.admin.post('/api/v1/users', person), 201);
    const ofBoth = system.api();
    await ofBoth.login(person.email, person.password);
    const cases: [Api, object, number, string][] = [
      [support.api, own, 403, 'not_allowed'],
      [program, own, 403, 'report_not_readable'],
      [merchant.api, { merchant: other.id }, 404, 'merchant_not_found'],
      [merchant.api, { accounts: [accounts[0]!.id, accounts[2]!.id] }, 404, 'account_not_found'],
      [ofBoth, { accounts: [accounts[0]!.id, accounts[2]!.id] }, 422, 'link_accounts_mixed'],
      [merchant.api, {}, 422, 'scope_invalid'],
      [merchant.api, { ...own, accounts: [accounts[0]!.id] }, 422, 'scope_invalid'],
      [merchant.api, { ...own, to: '2026-03-10' }, 422, 'range_not_over'],
      [merchant.api, { ...own, expiresInDays: 91 }, 422, 'validation_failed'],
      [merchant.api, { ...own, expiresInDays: 0 }, 422, 'validation_failed'],
      [merchant.api, { ...own, maxDownloads: 0 }, 422, 'validation_failed'],
      [merchant.api, { ...own, format: 'pdf' }, 422, 'validation_failed'],
    ];
    for (const [api, wanted, status, code] of cases) {
      const answer = await api.post(LINKS, { name: 'l', ...DAYS, ...wanted });
      expect([wanted, answer.status, answer.json.code]).toEqual([wanted, status, code]);
    }
    const open = ok(await ofBoth.post(LINKS, { name: 'l', ...DAYS, accounts: [accounts[2]!.id] }), 201);
    expect(open.merchant).toBe(other.id);
  });

  it('leads to the platform’s public origin, whatever Host a request names', async () => {
    await provider.admin.request('PATCH', `/api/v1/platforms/${provider.platform.id}`, {
      publicOrigin: 'https://wx.example.test',
    });
    const { url, token } = await make(merchant.api, { merchant: merchant.id });
    expect(url).toBe(`https://wx.example.test/r/${token}`);
    const noAccounts = await makeMerchant(provider, system);
    const link = await make(noAccounts.api, { merchant: noAccounts.id });
    expect(link.url).toMatch(/^https:\/\/wx\.example\.test\/r\//);
    const empty = await open({ url: `${system.gatewayOrigin}/r/${link.token}` });
    expect([empty.status, linesOf(empty.text).length]).toEqual([200, 1]);
    await provider.admin.request('PATCH', `/api/v1/platforms/${provider.platform.id}`, {
      publicOrigin: system.gatewayOrigin,
    });
  });

  it('ends by itself, and no log line ever held its token', async () => {
    const link = await make(merchant.api, { merchant: merchant.id, expiresInDays: 1 });
    expect((await open(link)).status).toBe(200);
    await system.moveClock(DAY_MS - 60_000);
    expect((await open(link)).status).toBe(200);
    await system.moveClock(60_000);
    await expectClosed(link);
    await merchant.api.login(merchant.email, merchant.password);
    expect(await seen(merchant.api, link)).toMatchObject({ state: 'expired', downloads: 2 });
    const { lastOutput } = system.gateway;
    expect(lastOutput).toContain('"route":"/r/:token"');
    expect(lastOutput).not.toContain(link.token);
  });
});
