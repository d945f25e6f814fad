import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Answer, type Api } from '../support/api';
import { dist } from '../support/processes';
import { Haystack } from '../support/needles';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(120_000);

const NOW = '2026-03-10T02:00:00.000Z';
const PASSWORD = 'a brand new horse';
const END = /event: end\ndata: .*\n\n/;

let system: System;
let host: Api;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
const tokens: string[] = [];

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { STREAM_CHECK_MS: '200' } });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  merchant = await makeMerchant(provider, system);
}, 180_000);
afterAll(() => system.stop());

interface Link {
  readonly url: string;
  readonly purpose: string;
  readonly expiresAt: string;
}
const api = (link: Link): string => `/api/v1/password-links/${link.url.split('/').at(-1)!}`;
const accept = (link: Link, password = PASSWORD): Promise<Answer> => system.api().post(api(link), { password });
function kept(link: Link): Link {
  tokens.push(link.url.split('/').at(-1)!);
  return link;
}

let people = 0;
async function invite(by: Api, membership: object): Promise<{ id: string; email: string; state: string; link: Link }> {
  const person = { email: `guest-${++people}@example.test`, name: 'Guest <b>', memberships: [membership] };
  const made = ok(await by.post('/api/v1/users', person), 201);
  kept(made.link);
  return made;
}
async function resetLink(by: Api, id: string): Promise<Link> {
  return kept(ok(await by.post(`/api/v1/users/${id}/link`, {}), 201));
}
async function idOf(email: string): Promise<string> {
  const [rows] = await system.db.query('SELECT id FROM user WHERE email = ?', [email]);
  return (rows as { id: string }[])[0]!.id;
}
async function loggedIn(email: string, password: string): Promise<Api> {
  const who = system.api();
  await who.login(email, password);
  return who;
}

describe('an invited person', () => {
  it('is shown once to the inviter, looks at the link as often as they like, and joins with it', async () => {
    const guest = await invite(provider.admin, { role: 'merchant_viewer', merchant: merchant.id });
    expect(guest).toMatchObject({
      state: 'invited',
      link: { purpose: 'join', expiresAt: expect.stringMatching(/^2026-03-13T02:/) },
    });
    expect(guest.link.url).toMatch(new RegExp(`^${system.gatewayOrigin}/password/[\\w-]{43}$`));
    const listed = ok(await provider.admin.get('/api/v1/users'), 200).items.find(
      ({ id }: { id: string }) => id === guest.id,
    );
    expect(listed).toEqual({ ...guest, link: undefined });
    for (let i = 0; i < 3; i++)
      expect(ok(await system.api().get(api(guest.link)), 200)).toEqual({
        ...{ purpose: 'join', email: guest.email, name: 'Guest <b>', expiresAt: guest.link.expiresAt },
      });
    expect((await accept(guest.link, 'short')).status).toBe(422);
    const joined = await accept(guest.link);
    expect([joined.status, joined.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('wpg_device=')]);
    const session = ok(await (await loggedIn(guest.email, PASSWORD)).get('/api/v1/session'), 200);
    expect(session.user.memberships).toEqual([{ role: 'merchant_viewer', merchant: merchant.id }]);
    for (const over of [await accept(guest.link), await system.api().get(api(guest.link))])
      expect([over.status, over.json.code]).toEqual([404, 'password_link_over']);
  });

  it('joins once, however many open the link at the same time', async () => {
    const guest = await invite(host, { role: 'host' });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => accept(guest.link, `horse number ${i} of 6`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404, 404]);
  });

  it('joins on a page of ours, in either language', async () => {
    const guest = await invite(provider.admin, { role: 'merchant_viewer', merchant: merchant.id });
    const path = new URL(guest.link.url).pathname;
    const page = await system.api().get(path, { 'accept-language': 'zh' });
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('设置密码');
    expect(page.text).toContain('Guest &lt;b&gt;');
    const send = (password: string): Promise<Response> =>
      fetch(guest.link.url, { method: 'POST', body: new URLSearchParams({ password }) });
    const short = await send('short');
    expect([short.status, await short.text()]).toEqual([422, expect.stringContaining('12 to 128 characters.')]);
    const done = await send(PASSWORD);
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Your password is set')]);
    const over = await system.api().get(path);
    expect([over.status, over.text]).toEqual([404, expect.stringContaining('used or expired')]);
    await loggedIn(guest.email, PASSWORD);
  });

  it('may be invited anew or not at all', async () => {
    const guest = await invite(provider.admin, { role: 'merchant_viewer', merchant: merchant.id });
    const again = await resetLink(merchant.api, guest.id);
    expect([again.purpose, (await accept(guest.link)).status]).toEqual(['join', 404]);
    expect((await provider.admin.delete(`/api/v1/users/${guest.id}/link`)).status).toBe(204);
    expect((await accept(again)).status).toBe(404);
    expect((await provider.admin.post(`/api/v1/users/${guest.id}/link`, {})).json.code).toBe('user_not_found');
  });
});

describe('a reset', () => {
  it('lets its person in again and everybody else out, streams included', async () => {
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
    await authorize(system, provider, merchant.id);
    await system.sandbox.faults({ readyHour: 23, notReadyMode: 'partial' });
    const asked = { scope: { merchant: merchant.id }, from: '2026-03-09', to: '2026-03-09' };
    const fetch = ok(await merchant.api.post('/api/v1/fetches', asked), 202);
    const events = `/api/v1/fetches/${fetch.id as string}/events`;
    const stream = viewer.api.listen(events, END);
    await viewer.api.listen(events, /event: progress\n/);
    const link = await resetLink(merchant.api, await idOf(viewer.email));
    expect([link.purpose, link.expiresAt]).toEqual(['reset', expect.stringMatching(/^2026-03-10T03:/)]);
    expect((await viewer.api.get('/api/v1/session')).status).toBe(200);
    expect((await accept(link)).status).toBe(204);
    expect((await stream).text).toContain('data: {"because":"not_allowed"}');
    expect((await viewer.api.get('/api/v1/session')).status).toBe(401);
    await loggedIn(viewer.email, PASSWORD);
  });

  it('is never made upward, sideways or for oneself', async () => {
    const [hosts, foreign] = [ok(await host.get('/api/v1/session'), 200).user.id, await makeProvider(system, host)];
    const otherMerchant = await makeMerchant(provider, system);
    const both = { email: 'both@example.test', name: 'Both', password: PASSWORD };
    const memberships = [
      { role: 'merchant_viewer', merchant: merchant.id },
      { role: 'merchant_viewer', merchant: otherMerchant.id },
    ];
    const { id: ofTwo } = ok(await provider.admin.post('/api/v1/users', { ...both, memberships }), 201);
    const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
    const admin = await idOf(provider.email);
    const cases: [Api, string, number, string | undefined][] = [
      [provider.admin, hosts, 404, 'user_not_found'],
      [provider.admin, await idOf(foreign.email), 404, 'user_not_found'],
      [provider.admin, admin, 403, 'own_account'],
      [provider.admin, ofTwo, 201, undefined],
      [merchant.api, admin, 404, 'user_not_found'],
      [merchant.api, await idOf(otherMerchant.email), 404, 'user_not_found'],
      [merchant.api, ofTwo, 403, 'user_beyond_reach'],
      [viewer.api, ofTwo, 403, 'not_allowed'],
      [host, admin, 201, undefined],
    ];
    for (const [by, id, status, code] of cases) {
      const answer = await by.post(`/api/v1/users/${id}/link`, {});
      expect([id, answer.status, answer.json.code]).toEqual([id, status, code]);
      if (status === 201) kept(answer.json);
    }
    for (const action of ['sessions', 'link'])
      expect((await merchant.api.delete(`/api/v1/users/${ofTwo as string}/${action}`)).json.code).toBe(
        'user_beyond_reach',
      );
  });

  it('is at hand for a host who lost everything', async () => {
    const email = 'lost@example.test';
    const api = await loggedIn(email, await system.createAdmin(email).catch(() => forced(email)));
    const { stdout } = await createAdmin('--email', email, '--reset', '--generate');
    const [, password] = /shown only now: (\S+)/.exec(stdout) ?? [];
    expect((await api.get('/api/v1/session')).status).toBe(401);
    await loggedIn(email, password!);
  });
});

it('changes a password for who knows the old one, and ends all other sessions', async () => {
  const viewer = await makeUser(provider.admin, system, { role: 'merchant_viewer', merchant: merchant.id });
  const elsewhere = await loggedIn(viewer.email, viewer.password);
  const change = (oldPassword: string): Promise<Answer> =>
    viewer.api.post('/api/v1/session/password', { oldPassword, newPassword: PASSWORD });
  const before = viewer.api.setCookie;
  expect((await change('not my password')).json.code).toBe('password_wrong');
  expect((await change(viewer.password)).status).toBe(200);
  expect(viewer.api.setCookie).not.toBe(before);
  expect((await viewer.api.get('/api/v1/session')).status).toBe(200);
  expect((await elsewhere.get('/api/v1/session')).status).toBe(401);
  const old = { cookie: before!.split(';', 1)[0]! };
  expect((await system.api().get('/api/v1/session', old)).status).toBe(401);
});

it('writes no link into a log or a row', async () => {
  expect(tokens.length).toBeGreaterThan(5);
  const haystack = new Haystack(tokens.map((value) => ({ kind: 'password link', value })));
  expect(haystack.searchFiles(process.env['TEST_LOG_DIR']!)).toEqual([]);
  const [rows] = await system.db.query('SELECT * FROM password_link');
  const cells = (rows as Record<string, unknown>[]).flatMap((row) => Object.values(row));
  const bytes = cells.map((cell) => (Buffer.isBuffer(cell) ? cell : Buffer.from(String(cell))));
  expect([...haystack.search(Buffer.concat(bytes))]).toEqual([]);
});

function createAdmin(...options: string[]): Promise<{ stdout: string }> {
  const env = { ...process.env, ...system.env };
  return promisify(execFile)(process.execPath, [dist('apps/gateway/src/create-admin.js'), ...options], { env });
}
async function forced(email: string): Promise<string> {
  const { stdout } = await createAdmin('--email', email, '--force', '--generate');
  return /shown only now: (\S+)/.exec(stdout)![1]!;
}
