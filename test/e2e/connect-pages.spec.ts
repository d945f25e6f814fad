import { toString as qrCode } from 'qrcode';
import { type Api } from '../support/api';
import {
  agree,
  agreed,
  codeOf,
  ENDS,
  expectEnding,
  newAccount,
  pushesWorkedOff,
  seePage,
  withCode,
  type SeenPage,
} from '../support/consent';
import { Haystack } from '../support/needles';
import { until } from '../support/processes';
import { rawRequest } from '../support/raw-http';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { badPushes, messageXml, sealPush, sendPush, type HandMadePush } from '../support/wechat-push';

jest.setTimeout(40_000);

const NOW = '2026-03-10T02:00:00.000Z';
const QUERY_AUTH = '/cgi-bin/component/api_query_auth';
const PRE_AUTH = '/cgi-bin/component/api_create_preauthcode';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0';
let system: System;
let host: Api;
let provider: Provider;
let merchant: Awaited<ReturnType<typeof makeMerchant>>;
/** What must be nowhere in a log: invite tokens and authorization codes. */
const secrets: { kind: string; value: string }[] = [];

beforeAll(async () => {
  system = await System.start({ now: NOW, env: { WECHAT_TIMEOUT_MS: '1000' } });
  host = await makeHost(system);
  provider = await makeProvider(system, host);
  merchant = await makeMerchant(provider, system);
}, 60_000);
afterAll(() => system.stop());
afterEach(() => system.sandbox.control('DELETE', 'faults'));

async function newInvite(of = merchant.id): Promise<string> {
  const url = await invite(provider, of);
  secrets.push({ kind: 'invite token', value: tokenOf(url) });
  return url;
}

function tokenOf(inviteUrl: string): string {
  return inviteUrl.split('/').at(-1)!;
}

/** As `expectEnding`, and remembers the code for the search of the logs. */
async function expectEnd(url: string, end: keyof typeof ENDS, status: number, method = 'GET'): Promise<SeenPage> {
  const code = codeOf(url);
  if (code.length > 20) secrets.push({ kind: 'authorization code', value: code });
  return expectEnding(url, { end, status, method });
}

async function accountOf(appid: string): Promise<any> {
  return ok(await provider.admin.get(`/api/v1/accounts?appid=${appid}`), 200).items[0] ?? null;
}

async function expectTied(appid: string, inviteUrl: string, to = merchant.id): Promise<any> {
  const account = await until('the account is tied', async () => {
    const seen = await accountOf(appid);
    return seen?.merchant === null ? null : seen;
  });
  expect(account).toMatchObject({ appid, merchant: to, state: 'authorized', permissionSets: [2] });
  await expectEnd(inviteUrl, 'used', 410);
  return account;
}

describe('the page of an invite', () => {
  it('changes nothing when it is opened, by whomever and however often', async () => {
    const url = await newInvite();
    await system.sandbox.forgetCalls();
    for (const headers of [{}, { 'user-agent': IPHONE }, { 'user-agent': 'Slackbot-LinkExpanding 1.0' }])
      expect((await seePage(url, headers)).status).toBe(200);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect(await system.sandbox.calls(PRE_AUTH)).toEqual({});
    const [clicks] = await system.db.query('SELECT COUNT(*) AS n FROM invite_click');
    expect(clicks).toEqual([{ n: 0 }]);
  });

  it('tells WeChat where it was opened, lets the form go on to WeChat, and is kept by nobody', async () => {
    const { headers } = await seePage(await newInvite());
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')?.toLowerCase()).toBe('deny');
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
        const [name = '', ...sources] = rule.split(' ');
        return [name, sources.join(' ')];
      }),
    );
    expect(policy.get('form-action')).toBe(`'self' ${system.sandbox.origin}`);
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(policy.has('script-src')).toBe(false);
  });

  it('shows the invite’s link as a QR code, and speaks the language asked for', async () => {
    const url = await newInvite();
    const english = await seePage(url);
    const chinese = await seePage(url, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    const code = await qrCode(url, { type: 'svg', margin: 1 });
    for (const { html } of [english, chinese]) expect(html).toContain(code.trim());
    expect(english.html).toContain('<html lang="en">');
    expect(english.text).toContain('Go on to WeChat');
    expect(chinese.html).toContain('<html lang="zh-CN">');
    expect(chinese.text).toContain('前往微信授权');
    expect(english.text).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('shows names as text, whatever they hold', async () => {
    const name = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`;
    const { id } = ok(await provider.admin.post('/api/v1/merchants', { name }), 201);
    const url = await newInvite(id);
    const appid = await newAccount(system, { name: '<b>茶</b>&"' });
    const landing = await seePage(url);
    const end = await expectEnd(await agreed(url, { appid }), 'connected', 200);
    for (const { html } of [landing, end]) {
      expect(html).not.toMatch(/<script|<img|<b>/);
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img');
    }
    expect(end.html).toContain('&lt;b&gt;茶&lt;/b&gt;&amp;&quot;');
  });

  it.each(['text/html', 'application/x-www-form-urlencoded', ''])(
    'leads on to WeChat (body of type "%s")',
    async (type) => {
      const url = await newInvite();
      const answer = await rawRequest(system.gatewayOrigin, {
        method: 'POST',
        path: new URL(url).pathname,
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', ...(type && { 'content-type': type }) },
      });
      expect(answer.status).toBe(303);
      expect(answer.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const location = new URL(answer.headers.get('location')!);
      expect(location.origin + location.pathname).toBe(`${system.sandbox.origin}/cgi-bin/componentloginpage`);
      const { pre_auth_code: preAuthCode, ...query } = Object.fromEntries(location.searchParams);
      expect(preAuthCode).toMatch(/^preauthcode@@@/);
      expect(query).toEqual({
        component_appid: provider.platform.appid,
        redirect_uri: `${url}/callback`,
        auth_type: '1',
        category_id_list: '2',
      });
      expect(new URL(url).origin).toBe(system.gatewayOrigin);
      expect(answer.text).not.toContain('evil');
    },
  );

  it('leads a phone to the page for phones, each time with a fresh code', async () => {
    const url = await newInvite();
    const codes = new Set<string | null>();
    for (const agent of [IPHONE, 'Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari/537.36']) {
      const answer = await fetch(url, { method: 'POST', redirect: 'manual', headers: { 'user-agent': agent } });
      const location = new URL(answer.headers.get('location')!);
      expect(location.pathname).toBe('/wxaopen/safe/bindcomponent');
      expect(location.hash).toBe('#wechat_redirect');
      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        action: 'bindcomponent',
        no_scan: '1',
        auth_type: '1',
        category_id_list: '2',
        redirect_uri: `${url}/callback`,
      });
      codes.add(location.searchParams.get('pre_auth_code'));
    }
    expect(codes.size).toBe(2);
  });

  it('explains that WeChat is away, and goes on when it is back', async () => {
    const url = await newInvite();
    await system.sandbox.faults({ faultPath: 'api_create_preauthcode', http502Html: -1 });
    const page = await expectEnd(url, 'later', 503, 'POST');
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(page.html).not.toContain('502');
    await system.sandbox.control('DELETE', 'faults');
    expect((await fetch(url, { method: 'POST', redirect: 'manual' })).status).toBe(303);
  });
});

describe('the way back from WeChat', () => {
  it.each([
    ['the redirect alone', { eventLost: true }],
    ['push first', { consentOrder: 'push-first' }],
  ])('connects the account, and again when the page is reloaded: %s', async (_name, faults) => {
    const url = await newInvite();
    const appid = await newAccount(system);
    await system.sandbox.faults(faults);
    await system.sandbox.forgetCalls();
    const callback = await agreed(url, { appid });
    for (let visit = 1; visit <= 3; visit++) {
      const page = await expectEnd(callback, 'connected', 200);
      expect(page.text).toContain(`账号 ${appid.slice(-4)}`);
    }
    expect(await system.sandbox.calls(QUERY_AUTH)).toEqual({ 0: 1 });
    await expectTied(appid, url);
    const [rows] = await system.db.query('SELECT COUNT(*) AS n FROM account WHERE appid = ?', [appid]);
    expect(rows).toEqual([{ n: 1 }]);
  });

  it.each([
    ['together', { consentOrder: 'together' }],
    ['the redirect first', { consentOrder: 'redirect-first', redirectFirstMs: 300 }],
    ['the push twice', { consentOrder: 'together', eventDuplicate: true }],
    ['the push twice, with a slow exchange', { eventDuplicate: true, latencyMs: 300, faultPath: 'api_query_auth' }],
  ])('exchanges the code once between redirect and push: %s', async (_name, faults) => {
    const url = await newInvite();
    const appid = await newAccount(system);
    await system.sandbox.faults(faults);
    await system.sandbox.forgetCalls();
    const callback = await agreed(url, { appid });
    const visits = await Promise.all([seePage(callback), seePage(callback)]);
    expect(visits.map(({ status, title }) => [status, title])).toEqual([
      [200, 'Connected'],
      [200, 'Connected'],
    ]);
    await pushesWorkedOff(system);
    expect(await system.sandbox.calls(QUERY_AUTH)).toEqual({ 0: 1 });
    await expectTied(appid, url);
    await expectEnd(callback, 'connected', 200);
  });

  it('gives the account to its merchant by the push alone when the browser never comes back', async () => {
    const url = await newInvite();
    const appid = await newAccount(system);
    await system.sandbox.faults({ redirectLost: true });
    expect(await agree(url, { appid })).toBeNull();
    await expectTied(appid, url);
  });

  it('shows reloads the same page hours later, and everybody else that the invite is used', async () => {
    const url = await newInvite();
    const appid = await newAccount(system);
    const callback = await agreed(url, { appid });
    await expectEnd(callback, 'connected', 200);
    await pushesWorkedOff(system);
    const [result] = await system.db.query(
      'UPDATE invite_click c JOIN invite i ON i.id = c.invite_id JOIN account a ON a.id = i.account_id SET c.expires_at = ? WHERE a.appid = ?',
      [new Date('2026-03-09T00:00:00Z'), appid],
    );
    expect((result as { affectedRows: number }).affectedRows).toBe(1);
    await expectEnd(callback, 'connected', 200);
    await expectEnd(withCode(url, 'queryauthcode@@@made-up-by-somebody'), 'used', 410);
    await expectEnd(url, 'used', 410);
    await expectEnd(url, 'used', 410, 'POST');
  });
});

describe('a way back that leads nowhere', () => {
  it('takes no code, an empty one and two for a cancelled authorization', async () => {
    const url = await newInvite();
    for (const query of [
      '',
      '?',
      '?auth_code=',
      '?auth_code=a&auth_code=b',
      '?expires_in=3600',
      '?error=access_denied',
    ])
      await expectEnd(`${url}/callback${query}`, 'cancelled', 400);
    expect((await seePage(url)).status).toBe(200);
  });

  it('knows no code that was made up or belongs to another platform', async () => {
    const url = await newInvite();
    const other = await makeProvider(system, host);
    const theirs = await invite(other, (await makeMerchant(other, system)).id);
    await system.sandbox.faults({ eventLost: true });
    const code = codeOf(await agreed(theirs, { appid: await newAccount(system) }));
    const codes = [
      code,
      `queryauthcode@@@${'x'.repeat(86)}`,
      'x',
      '账号',
      '\u0000',
      'x'.repeat(4_000),
      '%',
      '<script>',
    ];
    for (const one of codes) await expectEnd(withCode(url, one), 'codeWrong', 400);
    expect((await seePage(url)).status).toBe(200);
    expect((await expectEnd(withCode(theirs, code), 'connected', 200)).status).toBe(200);
  });

  it('knows no invite of a made-up token, with and without a code', async () => {
    const tokens = [
      'x',
      'A'.repeat(43),
      'A'.repeat(200),
      '%00',
      '%E8%B4%A6',
      '%2e%2e',
      "'%20OR%20'1'='1",
      '..%2f..%2fapi',
    ];
    for (const token of tokens) {
      const url = `${system.gatewayOrigin}/connect/${token}`;
      if (token !== '%2e%2e') await expectEnd(url, 'unknown', 404);
      if (token !== '%2e%2e') await expectEnd(url, 'unknown', 404, 'POST');
      const raw = await rawRequest(system.gatewayOrigin, { path: `/connect/${token}/callback?auth_code=x` });
      expect([raw.status, /<title>(.*?)</.exec(raw.text)?.[1]]).toEqual([404, ENDS.unknown[0]]);
      const bare = await rawRequest(system.gatewayOrigin, { path: `/connect/${token}/callback` });
      expect([bare.status, /<title>(.*?)</.exec(bare.text)?.[1]]).toEqual([404, ENDS.unknown[0]]);
    }
    for (const path of [`/connect/${'x'.repeat(5_000)}`, '/connect/%zz', '/connect/']) {
      const { status } = await rawRequest(system.gatewayOrigin, { path });
      expect([status >= 400, status < 500]).toEqual([true, true]);
    }
  });

  it('connects one account by one invite: a used one takes no second', async () => {
    const url = await newInvite();
    const first = await newAccount(system);
    await expectEnd(await agreed(url, { appid: first }), 'connected', 200);
    const other = await makeMerchant(provider, system);
    const second = await newAccount(system);
    const theirs = await newInvite(other.id);
    await system.sandbox.faults({ eventLost: true });
    const code = codeOf(await agreed(theirs, { appid: second }));
    await expectEnd(withCode(url, code), 'used', 410);
    // It is authorized at WeChat all the same, so its tokens are kept; it is nobody's yet.
    expect(await accountOf(second)).toMatchObject({ merchant: null, state: 'authorized' });
    await expectEnd(withCode(theirs, code), 'connected', 200);
    expect(await accountOf(second)).toMatchObject({ merchant: other.id });
  });

  it('takes no mini program, keeps nothing of it, and lets the invite be used again', async () => {
    const url = await newInvite();
    const mini = await newAccount(system, { kind: 'mini' });
    const callback = await agreed(url, { appid: mini, authType: '3' });
    await expectEnd(callback, 'mini', 400);
    expect(await accountOf(mini)).toBeNull();
    const [kept] = await system.db.query('SELECT COUNT(*) AS n FROM credential WHERE subject_appid = ?', [mini]);
    expect(kept).toEqual([{ n: 0 }]);
    const appid = await newAccount(system);
    await expectEnd(await agreed(url, { appid }), 'connected', 200);
    await expectTied(appid, url);
  });

  it('leaves an account with the merchant it belongs to, but keeps its new tokens', async () => {
    const appid = await newAccount(system);
    await expectEnd(await agreed(await newInvite(), { appid }), 'connected', 200);
    const mine = await accountOf(appid);
    const before = await tokensOf(appid);
    const other = await makeMerchant(provider, system);
    const theirs = await newInvite(other.id);
    const page = await expectEnd(await agreed(theirs, { appid }), 'owned', 409);
    expect(page.text).toMatch(/talk to your service provider/);
    expect(await accountOf(appid)).toMatchObject({ id: mine.id, merchant: merchant.id });
    expect(ok(await other.api.get('/api/v1/accounts'), 200).items).toEqual([]);
    expect((await seePage(theirs)).status).toBe(200);
    const after = await tokensOf(appid);
    expect(after).not.toEqual(before);
    await system.sandbox.forgetCalls();
    const days = { from: '2026-03-01', to: '2026-03-07' };
    const { id } = ok(await merchant.api.post('/api/v1/fetches', { scope: { accounts: [mine.id] }, ...days }), 202);
    await until(
      'the fetch is done',
      async () => ok(await merchant.api.get(`/api/v1/fetches/${id as string}`), 200).state === 'done',
    );
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 1 });
    expect(await system.sandbox.calls('/cgi-bin/component/api_authorizer_token')).toEqual({});
  });

  it('says what to do when set 2 was not granted', async () => {
    const url = await newInvite();
    const page = await expectEnd(await agreed(url, { appid: await newAccount(system), sets: [] }), 'withoutSet', 200);
    expect(page.text).toMatch(/permission set 2/);
    expect(page.text).toMatch(/authorize again/);
    // Whoever follows the advice gets through: by this invite, or by asking for the new one the page speaks of.
    if ((await seePage(url)).status !== 200) expect(page.text).toMatch(/new invite/);
  });

  async function tokensOf(appid: string): Promise<string[]> {
    const [rows] = await system.db.query(
      'SELECT HEX(sealed) AS sealed FROM credential WHERE subject_appid = ? ORDER BY kind',
      [appid],
    );
    return (rows as { sealed: string }[]).map(({ sealed }) => sealed);
  }
});

describe('when WeChat is away', () => {
  it.each([
    ['answers pages of a proxy', { http502Html: -1 }],
    ['resets connections', { connectionReset: -1 }],
    ['does not answer', { timeouts: -1 }],
    ['is busy', { componentErrcode: -1, componentErrcodePath: 'api_query_auth' }],
  ])('explains it, loses nothing, and connects on a reload: %s', async (_name, faults) => {
    const url = await newInvite();
    const appid = await newAccount(system);
    await system.sandbox.faults({ eventLost: true, faultPath: 'api_query_auth', ...faults });
    const callback = await agreed(url, { appid });
    const page = await expectEnd(callback, 'later', 503);
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(page.text).toMatch(/Reload this page/);
    expect(page.html).not.toMatch(/502|-1\b|errcode/);
    await system.sandbox.control('DELETE', 'faults');
    await expectEnd(callback, 'connected', 200);
    await expectTied(appid, url);
  });

  it('finds the account again when the answer was lost after the code was spent', async () => {
    const url = await newInvite();
    const appid = await newAccount(system);
    await system.sandbox.faults({ faultPath: 'api_query_auth', answerLost: 1, consentOrder: 'redirect-first' });
    const callback = await agreed(url, { appid });
    expect([200, 410, 503]).toContain((await seePage(callback)).status);
    await expectTied(appid, url);
    await expectEnd(callback, 'connected', 200);
  });
});

describe('pushes', () => {
  const now = Math.floor(Date.parse(NOW) / 1_000);
  const other = (infoType: string, more: Record<string, string | number> = {}): string =>
    messageXml({ AppId: provider.platform.appid, CreateTime: now, InfoType: infoType, ...more });
  const send = (push: HandMadePush): ReturnType<typeof sendPush> => sendPush(system.gatewayOrigin, push);

  async function stored(): Promise<Record<string, number>> {
    const [rows] = await system.db.query('SELECT info_type AS type, COUNT(*) AS n FROM push_event GROUP BY info_type');
    return Object.fromEntries((rows as { type: string; n: number }[]).map(({ type, n }) => [type, n]));
  }

  it('refuses a wrong signature, an unknown platform and garbage, never with success', async () => {
    const before = await stored();
    const good = sealPush(provider.platform, other('some_event'));
    const cases = badPushes(provider.platform, other);
    const messages = (push: HandMadePush): HandMadePush => ({
      ...push,
      path: push.path.replace(/\/events/, '/accounts/wx1/messages'),
    });
    const seen: [string, number][] = [];
    for (const [name, push] of cases) {
      const answer = await send(push);
      if (answer.text.includes('success')) throw new Error(`${name}: answered success`);
      seen.push([name, answer.status]);
    }
    expect(seen).toEqual(cases.map(([name, , status]) => [name, status]));
    const wrong = await send(messages({ ...good, path: good.path.replace('msg_signature=', 'msg_signature=0') }));
    expect([wrong.status, (await send(messages(good))).text]).toEqual([403, 'success']);
    expect(await stored()).toEqual(before);
  });

  it('stores the same push once, whatever its type, and answers success each time', async () => {
    const ticket = other('component_verify_ticket', { ComponentVerifyTicket: `ticket@@@${'t'.repeat(80)}` });
    const before = await stored();
    for (const xml of [other('some_new_event', { Colour: 'red' }), ticket]) {
      for (let time = 1; time <= 2; time++) {
        const answer = await send({ ...sealPush(provider.platform, xml), headers: {} });
        expect([answer.status, answer.text]).toEqual([200, 'success']);
      }
    }
    const added = { some_new_event: 1, component_verify_ticket: before['component_verify_ticket']! + 1 };
    expect(await stored()).toEqual({ ...before, ...added });
    const [tickets] = await system.db.query('SELECT COUNT(*) AS n FROM ticket WHERE platform_id = ?', [
      provider.platform.id,
    ]);
    expect((tickets as [{ n: number }])[0].n).toBeGreaterThanOrEqual(2);
    // The made-up ticket is the newest now: WeChat's own follows.
    await system.moveClock(1_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
  });

  it('ends an account whose merchant cancelled: what waits stops with the reason, what is new is refused', async () => {
    const { id, appid } = await authorize(system, provider, merchant.id);
    const fetch = { scope: { accounts: [id] }, from: '2026-03-01', to: '2026-03-07' };
    await system.sandbox.faults({ datacubeErrcode: 45011, datacubeErrcodeAppid: appid });
    const waiting = ok(await merchant.api.post('/api/v1/fetches', fetch), 202);
    const task = async (): Promise<any> =>
      ok(await merchant.api.get(`/api/v1/fetches/${waiting.id as string}/tasks`), 200).items[0];
    await until('the task waits for quota', async () => (await task()).state === 'waiting_quota');
    await system.sandbox.control('DELETE', 'faults');
    await system.sandbox.control('POST', `accounts/${appid}/cancel`, { component_appid: provider.platform.appid });
    const account = await until('the account is revoked', async () => {
      const seen = await accountOf(appid);
      return seen.state === 'revoked' ? seen : null;
    });
    expect(account.gate).toMatchObject({
      open: false,
      because: 'revoked',
      message: expect.stringMatching(/new invite/),
    });
    const [kept] = await system.db.query(
      'SELECT COUNT(*) AS n FROM credential WHERE subject_appid = ? AND sealed IS NOT NULL',
      [appid],
    );
    expect(kept).toEqual([{ n: 0 }]);
    await system.sandbox.forgetCalls();
    const asked = ok(await merchant.api.post('/api/v1/fetches', fetch, { 'accept-language': 'zh' }), 202);
    expect(asked.refusals).toEqual([
      { account: id, appid, because: 'revoked', message: expect.stringMatching(/已取消授权/) },
    ]);
    await system.moveClock(3 * 60_000);
    await until('the waiting task has stopped', async () => (await task()).because === 'revoked');
    expect((await task()).state).toBe('waiting_permission');
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({});
  });
});

/** These move the clock, so they come last. */
describe('in time', () => {
  it('lets codes and invites end, each with a page of its own', async () => {
    const [late, slow] = [await newInvite(), await newInvite()];
    await system.sandbox.faults({ eventLost: true });
    const appid = await newAccount(system);
    const callback = await agreed(slow, { appid });
    await system.moveClock(2 * 3_600_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    await expectEnd(callback, 'codeOld', 410);
    const again = await agreed(slow, { appid });
    await expectEnd(again, 'connected', 200);

    await system.moveClock(8 * 86_400_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    await expectEnd(late, 'expired', 410);
    await expectEnd(late, 'expired', 410, 'POST');
    await expectEnd(`${late}/callback`, 'cancelled', 400);
    await expectEnd(withCode(late, 'queryauthcode@@@whatever'), 'expired', 410);
    await expectEnd(again, 'connected', 200);
  });

  it('wrote no token and no code to a log', async () => {
    const kinds = new Set(secrets.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['authorization code', 'invite token']);
    const logs = process.env['TEST_LOG_DIR']!;
    const marker = (await provider.admin.get('/api/v1/session')).headers.get('x-request-id')!;
    await until('the last request is in the log', () =>
      Promise.resolve(new Haystack([{ kind: 'request', value: marker }]).searchFiles(logs).length > 0),
    );
    expect(new Haystack(secrets).searchFiles(logs)).toEqual([]);
  });
});
