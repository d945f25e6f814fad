import { type Api } from '../support/api';
import { expectEnding, pushesWorkedOff, seePage } from '../support/consent';
import { until } from '../support/processes';
import { formOf } from '../support/sandbox';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';

jest.setTimeout(60_000);

/** 10:00 in Shanghai: yesterday, 2026-03-09, is ready. */
const NOW = '2026-03-10T02:00:00.000Z';
const DAYS = { from: '2026-03-01', to: '2026-03-07' };
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0';
const PC = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const PRE_AUTH = '/cgi-bin/component/api_create_preauthcode';

interface Account {
  readonly id: string;
  readonly appid: string;
}

let system: System;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
let support: Api;

beforeAll(async () => {
  system = await System.start({ now: NOW });
  provider = await makeProvider(system, await makeHost(system));
  merchant = await makeMerchant(provider, system);
  const role = { role: 'provider_support', provider: provider.id };
  support = (await makeUser(provider.admin, system, role)).api;
}, 60_000);
afterAll(() => system.stop());
afterEach(() => system.sandbox.control('DELETE', 'faults'));

/** An authorized account that grants these sets: our ordinary links offer set 2 alone, so its administrator adds the others. */
async function lacking(sets: readonly number[] = [1, 3]): Promise<Account> {
  const able = { sets: [1, 2, 3, 7], birth: '2020-01-01' };
  const account = await authorize(system, provider, merchant.id, { sets: [], account: able });
  const act = { component_appid: provider.platform.appid, sets };
  await system.sandbox.control('POST', `accounts/${account.appid}/update`, act);
  await until('its sets are known', async () => (await grantedSets(account)).join() === sets.join());
  return account;
}

async function campaignFor(accounts: readonly Account[], change: object = {}): Promise<string> {
  const scope = { accounts: accounts.map(({ id }) => id) };
  const made = ok(await provider.admin.post('/api/v1/campaigns', { name: '补授权', scope, ...change }), 201);
  expect(made).toMatchObject({ members: accounts.length, leftOut: [], state: 'open' });
  return made.id;
}

async function linksOf(campaign: string, body: object = {}): Promise<Map<string, string>> {
  const { items } = ok(await provider.admin.post(`/api/v1/campaigns/${campaign}/links`, body), 201);
  return new Map(items.map(({ account, url }: { account: string; url: string }) => [account, url]));
}

async function memberOf(campaign: string, account: Account, api = provider.admin): Promise<any> {
  const { items } = ok(await api.get(`/api/v1/campaigns/${campaign}/members?limit=200`), 200);
  return items.find((item: { account: string }) => item.account === account.id);
}

async function memberIn(campaign: string, account: Account, state: string): Promise<any> {
  return until(`the member is ${state}`, async () => {
    const member = await memberOf(campaign, account);
    return member.state === state ? member : null;
  });
}

/** Presses the button and follows it, as a browser of the given kind does. */
async function press(link: string, agent: string): Promise<{ url: URL; html: string }> {
  const landing = formOf((await seePage(link, { 'user-agent': agent })).html);
  const sent = await fetch(new URL(landing.action, link), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'user-agent': agent },
  });
  expect(sent.status).toBe(303);
  const url = new URL(sent.headers.get('location')!);
  const page = await fetch(url, { headers: { referer: `${new URL(link).origin}/` } });
  return { url, html: await page.text() };
}

interface Choice {
  readonly agent?: string;
  /** Boxes to untick; all others stay as WeChat shows them. */
  readonly untick?: readonly number[];
  /** Another account than the one the page is for: as if WeChat did not check `biz_appid`. */
  readonly other?: string;
}

/** Agrees on WeChat's page. Where it sends the browser; null when it does not. */
async function agree(link: string, { agent = PC, untick = [], other }: Choice = {}): Promise<string | null> {
  const { url, html } = await press(link, agent);
  const { action, fields } = formOf(html);
  const sets = fields.getAll('sets').filter((set) => !untick.includes(Number(set)));
  fields.delete('sets');
  for (const set of sets) fields.append('sets', set);
  fields.set('action', 'authorize');
  if (other !== undefined) {
    fields.set('appid', other);
    fields.delete('biz_appid');
  }
  const answer = await fetch(new URL(action, url), { method: 'POST', body: fields, redirect: 'manual' });
  expect(answer.headers.get('x-sandbox-error')).toBeNull();
  return answer.headers.get('location');
}

async function grantedSets({ id }: Account): Promise<number[]> {
  return ok(await provider.admin.get(`/api/v1/accounts/${id}`), 200).permissionSets;
}

describe('a campaign', () => {
  it('brings accounts that lack set 2, and their waiting days, to where everything is stored', async () => {
    const accounts = [await lacking(), await lacking()];
    const [onPhone, onPc] = accounts as [Account, Account];
    const has = await lacking([2]);
    const lacks = ok(await provider.admin.get('/api/v1/accounts?lacks=2&limit=200'), 200).items;
    expect(lacks.map(({ id }: Account) => id)).toEqual(accounts.map(({ id }) => id));

    const scope = { merchant: merchant.id };
    const asked = ok(await merchant.api.post('/api/v1/fetches', { scope, ...DAYS }), 202);
    expect(asked.refusals).toHaveLength(2);
    await until('the days of the third account are in', async () => {
      const { tasks } = ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}`), 200);
      return tasks.done === 1 && tasks.waiting_permission === 2;
    });

    const plan = ok(await provider.admin.post('/api/v1/campaigns', { name: 'x', scope, dryRun: true }), 200);
    expect(plan.members.map(({ account }: { account: string }) => account)).toEqual(accounts.map(({ id }) => id));
    expect(ok(await provider.admin.get('/api/v1/campaigns'), 200).items).toEqual([]);
    const made = ok(await provider.admin.post('/api/v1/campaigns', { name: 'Spring', scope }), 201);
    const { id } = made;
    expect(made).toMatchObject({ sets: [2], members: 2, state: 'open' });
    expect(await memberOf(id, has)).toBeUndefined();

    const csv = await provider.admin.post(`/api/v1/campaigns/${id as string}/links`, { format: 'csv', lang: 'zh' });
    expect([csv.status, csv.headers.get('content-type')]).toEqual([201, 'text/csv; charset=utf-8']);
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="${id as string}_links.csv"`);
    const lines = csv.text.trimEnd().split('\r\n').slice(1);
    expect(lines).toHaveLength(2);
    const links = new Map(lines.map((line) => line.split(',')).map((cells) => [cells[0]!, cells[5]!]));
    const phoneLink = links.get(onPhone.id)!;
    const pcLink = links.get(onPc.id)!;
    expect(await linksOf(id)).toEqual(new Map());
    ok(await provider.admin.post(`/api/v1/campaigns/${id as string}/sent`, { members: [onPc.id] }), 200);
    expect((await memberOf(id, onPc)).state).toBe('sent');

    await system.sandbox.forgetCalls();
    for (const agent of [IPHONE, PC, 'Slackbot-LinkExpanding 1.0']) {
      const page = await seePage(phoneLink, { 'user-agent': agent, 'accept-language': 'zh' });
      expect(page.text).toContain(onPhone.appid);
    }
    expect(await system.sandbox.calls(PRE_AUTH)).toEqual({});
    expect((await memberOf(id, onPhone)).state).toBe('listed');

    for (const [account, link, agent, path] of [
      [onPhone, phoneLink, IPHONE, '/wxaopen/safe/bindcomponent'],
      [onPc, pcLink, PC, '/cgi-bin/componentloginpage'],
    ] as const) {
      const { url, html } = await press(link, agent);
      expect(url.pathname).toBe(path);
      expect(url.searchParams.get('biz_appid')).toBe(account.appid);
      expect(url.searchParams.get('category_id_list')).toBe('1|2|3');
      expect(html).toContain(account.appid);
      expect(html).not.toContain(account === onPc ? onPhone.appid : onPc.appid);
      expect((await memberOf(id, account)).state).toBe('opened');
      const page = await seePage((await agree(link, { agent }))!);
      expect([page.status, page.title]).toEqual([200, 'All permissions were granted']);
      expect(await grantedSets(account)).toEqual([1, 2, 3]);
      const member = await memberOf(id, account);
      expect(member).toMatchObject({ state: 'granted', missing: [], link: { state: 'fulfilled' } });
      for (const time of ['sentAt', 'openedAt', 'authorizedAt', 'grantedAt'])
        expect(Date.parse(member[time])).toBeGreaterThan(Date.parse(NOW));
      expect((await seePage(link)).title).toBe('Nothing is left to do');
    }
    const { states } = ok(await support.get(`/api/v1/campaigns/${id as string}`), 200);
    expect(states).toEqual({ listed: 0, sent: 0, opened: 0, authorized: 0, granted: 2, withdrawn: 0 });

    await system.moveClock(600_000);
    await until('the waiting tasks have gone on', async () => {
      const { state } = ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}`), 200);
      return state === 'done';
    });
    for (const { id: account, appid } of accounts) {
      const query = `accounts=${account}&from=${DAYS.from}&to=${DAYS.to}`;
      const report = await merchant.api.get(`/api/v1/reports/cumulate?${query}`);
      const stored = report.text
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(','));
      const truth = await system.sandbox.truth(appid, DAYS.from, DAYS.to);
      expect(truth.size).toBe(7);
      expect(new Map(stored.map((cells) => [cells[0], Number(cells[3])]))).toEqual(truth);
    }
  });

  it('lets who unticked a set press the button again', async () => {
    const account = await lacking([3]);
    const id = await campaignFor([account], { sets: [7] });
    const link = (await linksOf(id)).get(account.id)!;
    const page = await seePage((await agree(link, { untick: [2] }))!);
    expect(page.title).toBe('A permission is still missing');
    expect(page.text).toContain('user management (permission set 2)');
    expect(await memberOf(id, account)).toMatchObject({ state: 'authorized', missing: [2], link: { state: 'open' } });
    expect((await seePage((await agree(link))!)).title).toBe('All permissions were granted');
    expect(await grantedSets(account)).toEqual([2, 3, 7]);
  });

  it('learns it from the push alone, and without our link', async () => {
    const [byLink, byThemselves] = [await lacking(), await lacking()] as [Account, Account];
    const id = await campaignFor([byLink, byThemselves]);
    await system.sandbox.faults({ redirectLost: true });
    expect(await agree((await linksOf(id)).get(byLink.id)!)).toBeNull();
    expect(await memberIn(id, byLink, 'granted')).toMatchObject({ link: { state: 'fulfilled' } });
    await system.sandbox.control('POST', `accounts/${byThemselves.appid}/update`, {
      component_appid: provider.platform.appid,
      sets: [1, 2, 3],
    });
    expect(await memberIn(id, byThemselves, 'granted')).toMatchObject({ openedAt: null, link: { state: 'fulfilled' } });
  });

  it('brings back who cancelled, and explains a link that is over', async () => {
    const account = await lacking([2]);
    await system.sandbox.control('POST', `accounts/${account.appid}/cancel`, {
      component_appid: provider.platform.appid,
    });
    await until('the account is revoked', async () => {
      return ok(await provider.admin.get(`/api/v1/accounts/${account.id}`), 200).state === 'revoked';
    });
    const scope = { accounts: [account.id] };
    const none = await provider.admin.post('/api/v1/campaigns', { name: 'x', scope });
    expect([none.status, none.json.code]).toEqual([422, 'campaign_empty']);
    const id = await campaignFor([account], { who: ['gone'] });
    const link = (await linksOf(id)).get(account.id)!;
    expect((await seePage((await agree(link))!)).title).toBe('All permissions were granted');
    expect(await memberOf(id, account)).toMatchObject({ asked: 'gone', state: 'granted' });

    const other = await lacking();
    const second = await campaignFor([other]);
    const old = (await linksOf(second)).get(other.id)!;
    const fresh = (await linksOf(second, { members: [other.id], reissue: true })).get(other.id)!;
    await expectEnding(old, { end: 'replaced', status: 410 });
    await expectEnding(old, { end: 'replaced', status: 410, method: 'POST' });
    expect((await seePage(fresh)).status).toBe(200);
    ok(await provider.admin.post(`/api/v1/campaigns/${second}/close`, undefined), 200);
    await expectEnding(fresh, { end: 'closed', status: 410, method: 'POST' });
    expect((await memberOf(second, other)).link.state).toBe('closed');
    const late = await provider.admin.post(`/api/v1/campaigns/${second}/links`, {});
    expect([late.status, late.json.code]).toEqual([409, 'campaign_closed']);
  });

  it('keeps another account that comes back through a link, and says so', async () => {
    const account = await lacking();
    const id = await campaignFor([account]);
    const link = (await linksOf(id)).get(account.id)!;
    const foreign = `wx${account.appid.slice(2).split('').reverse().join('')}`;
    await system.sandbox.control('POST', 'accounts', { appid: foreign, name: '别家公众号' });
    const callback = (await agree(link, { other: foreign }))!;
    const page = await expectEnding(callback, { end: 'otherAccount', status: 409 });
    expect(page.text).toContain('别家公众号 was authorized');
    await pushesWorkedOff(system);
    const { items } = ok(await provider.admin.get(`/api/v1/accounts?appid=${foreign}`), 200);
    expect(items).toMatchObject([{ state: 'authorized', merchant: null, permissionSets: [1, 2, 3] }]);
    expect(await memberOf(id, account)).toMatchObject({ state: 'opened', missing: [2], link: { state: 'open' } });
    const plan = { name: 'x', scope: { platform: provider.platform.id }, sets: [7], dryRun: true };
    const { leftOut } = ok(await provider.admin.post('/api/v1/campaigns', plan, { 'accept-language': 'zh' }), 200);
    expect(leftOut).toEqual([
      expect.objectContaining({ appid: foreign, because: 'no_merchant', message: expect.stringMatching(/授权邀请/) }),
    ]);
    expect((await seePage((await agree(link))!)).title).toBe('All permissions were granted');
  });

  it('is seen by the provider’s staff alone, and its links by nobody twice', async () => {
    const account = await lacking();
    const id = await campaignFor([account]);
    const token = (await linksOf(id)).get(account.id)!.split('/').at(-1)!;
    for (const path of ['', `/${id}`, `/${id}/members`]) {
      const seen = await support.get(`/api/v1/campaigns${path}`);
      expect(seen.status).toBe(200);
      expect(seen.text).not.toContain(token);
      expect((await merchant.api.get(`/api/v1/campaigns${path}`)).status).toBe(403);
    }
    for (const [path, body] of [
      ['', { name: 'x', scope: { merchant: merchant.id } }],
      [`/${id}/links`, {}],
      [`/${id}/sent`, {}],
      [`/${id}/close`, {}],
    ] as const)
      expect((await support.post(`/api/v1/campaigns${path}`, body)).status).toBe(403);
    const invites = await merchant.api.get(`/api/v1/merchants/${merchant.id}/invites?limit=200`);
    const [rows] = await system.db.query('SELECT COUNT(*) AS n FROM invite WHERE campaign_id IS NULL');
    expect(invites.json.items).toHaveLength((rows as [{ n: number }])[0].n);
  });

  it.each<[string, object, string, string]>([
    ['no name', { name: ' ' }, 'validation_failed', 'name'],
    ['a set that is no number', { sets: ['2'] }, 'validation_failed', 'sets'],
    ['a set out of range', { sets: [0] }, 'validation_failed', 'sets'],
    ['more than 20 sets', { sets: Array.from({ length: 21 }, (_, n) => n + 1) }, 'validation_failed', 'sets'],
    ['nobody', { who: [] }, 'validation_failed', 'who'],
    ['somebody else', { who: ['all'] }, 'validation_failed', 'who'],
    ['too long', { expiresInDays: 31 }, 'validation_failed', 'expiresInDays'],
    ['two scopes', { scope: { merchant: 'mer_1', platform: 'plt_1' } }, 'scope_invalid', 'scope'],
    ['no scope', { scope: {} }, 'scope_invalid', 'scope'],
  ])('refuses %s', async (_name, change, code, field) => {
    const good = { name: 'x', scope: { merchant: merchant.id } };
    const answer = await provider.admin.post('/api/v1/campaigns', { ...good, ...change });
    expect([answer.status, answer.json.code]).toEqual([422, code]);
    expect(answer.text).toContain(field);
  });

  it('refuses members and states that do not exist', async () => {
    const account = await lacking();
    const id = await campaignFor([account]);
    const stranger = await lacking([2]);
    for (const path of ['links', 'sent']) {
      const answer = await provider.admin.post(`/api/v1/campaigns/${id}/${path}`, { members: [stranger.id] });
      expect([answer.status, answer.json.code]).toEqual([404, 'member_not_found']);
      const none = await provider.admin.post(`/api/v1/campaigns/${id}/${path}`, { members: [] });
      expect(none.status).toBe(422);
    }
    expect((await provider.admin.get(`/api/v1/campaigns/${id}/members?state=happy`)).status).toBe(422);
    const { items } = ok(await provider.admin.get(`/api/v1/campaigns/${id}/members?state=granted`), 200);
    expect(items).toEqual([]);
  });

  it('learns it when both the push and the redirect are lost, and shows a set that is withdrawn later', async () => {
    const account = await lacking();
    const id = await campaignFor([account]);
    const act = { component_appid: provider.platform.appid, push: false };
    await system.sandbox.control('POST', `accounts/${account.appid}/update`, { ...act, sets: [1, 2] });
    expect((await memberOf(id, account)).state).toBe('listed');
    // Every account is read again daily. Workers look once a minute: a new one looks at once.
    await system.moveClock(25 * 3_600_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    await provider.admin.login(provider.email, provider.password);
    const worker = await system.startWorker();
    await memberIn(id, account, 'granted');
    await system.sandbox.control('POST', `accounts/${account.appid}/update`, {
      ...{ component_appid: provider.platform.appid, sets: [1] },
    });
    expect(await memberIn(id, account, 'withdrawn')).toMatchObject({ because: 'set_withdrawn', missing: [2] });
    await worker.stop();
  });
});
