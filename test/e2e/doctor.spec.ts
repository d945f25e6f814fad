import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dist, freePort, until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, makeUser, ok, type Provider } from '../support/tenants';
import { type Api } from '../support/api';

jest.setTimeout(60_000);

const CHINESE = /[\u4e00-\u9fff]/;
/** WeChat's console has no English names for these. */
const CONSOLE_WORDS = /白名单 IP 地址列表|消息校验 Token|消息加解密 Key|管理中心 → 第三方平台/g;

interface Report {
  readonly level: string;
  readonly finishedAt: string;
  readonly findings: { check: string; code: string; level: string; what: string; why: string; action: string | null }[];
}
/** A platform with an account, both known to the sandbox. */
interface Patient extends Provider {
  readonly account: { readonly appid: string };
}

let system: System;
let host: Api;

beforeAll(async () => {
  // No worker: it would start stopped pushes before the doctor sees them.
  system = await System.start({ workers: 0 });
  host = await makeHost(system);
}, 120_000);
afterAll(() => system.stop());

async function patient(): Promise<Patient> {
  const provider = await makeProvider(system, host);
  const merchant = await makeMerchant(provider, system);
  return { ...provider, account: await authorize(system, provider, merchant.id) };
}

async function report({ admin, platform }: Provider, language = 'en', api = admin): Promise<Report> {
  return ok(await api.get(`/api/v1/platforms/${platform.id}/doctor`, { 'accept-language': language }), 200);
}

/** A new examination, read in both languages: what is not ok, those that could not run apart. */
async function examine(of: Provider): Promise<{ found: string[]; unknown: string[]; en: Report; zh: Report }> {
  await system.db.query('UPDATE doctor_run SET finished_at = finished_at - INTERVAL 1 MINUTE');
  const [en, zh] = [await report(of), await report(of, 'zh-CN')];
  const codes = ({ findings }: Report): string[] => findings.map(({ code, level }) => `${code} ${level}`);
  expect(codes(zh)).toEqual(codes(en));
  expect(zh.finishedAt).toBe(en.finishedAt);
  for (const { what, why, action } of en.findings)
    expect([what, why, action ?? ''].join(' ').replace(CONSOLE_WORDS, '')).not.toMatch(CHINESE);
  for (const { what, why, action } of zh.findings)
    for (const text of [what, why, action ?? '无']) expect(text).toMatch(CHINESE);
  const { values } = (await system.sandbox.control('GET', 'secrets')) as { values: { value: string }[] };
  const shown = JSON.stringify([en, zh]);
  expect(values.filter(({ value }) => shown.includes(value))).toEqual([]);
  const bad = en.findings.filter(({ level }) => level !== 'ok');
  return {
    found: bad.filter(({ level }) => level !== 'unknown').map(({ code, level }) => `${code} ${level}`),
    unknown: bad.filter(({ level }) => level === 'unknown').map(({ check }) => check),
    en,
    zh,
  };
}
const platformAtWechat = (of: Provider, change: object): Promise<unknown> =>
  system.sandbox.control('POST', 'platforms', { appid: of.platform.appid, ...change });
const textOf = ({ findings }: Report, check: string): string => {
  const { what, action } = findings.find((one) => one.check === check)!;
  return `${what} ${action ?? ''}`;
};

describe('the doctor', () => {
  it('finds nothing wrong with a healthy platform, and says the same to all who ask at once', async () => {
    const of = await patient();
    const { found, unknown, en } = await examine(of);
    expect([found, unknown, en.level]).toEqual([[], [], 'ok']);
    expect(en.findings.length).toBeGreaterThanOrEqual(19);
    const support = await makeUser(of.admin, system, { role: 'provider_support', provider: of.id });
    await system.db.query('UPDATE doctor_run SET finished_at = finished_at - INTERVAL 1 MINUTE');
    await system.sandbox.forgetCalls();
    const answers = await Promise.all(Array.from({ length: 12 }, () => report(of, 'en', support.api)));
    expect(new Set(answers.map(({ finishedAt }) => finishedAt)).size).toBe(1);
    expect(await system.sandbox.calls('/cgi-bin/component/api_start_push_ticket')).toEqual({ 0: 1 });
    expect(await system.sandbox.calls('/cgi-bin/component/api_component_token')).toEqual({});
  });

  it('is for the provider’s staff alone', async () => {
    const of = await makeProvider(system, host);
    const merchant = await makeMerchant(of, system);
    const path = `/api/v1/platforms/${of.platform.id}/doctor`;
    for (const api of [host, merchant.api]) expect((await api.get(path)).status).toBe(403);
    expect((await system.api().get(path)).status).toBe(401);
    expect((await (await makeProvider(system, host)).admin.get(path)).json.code).toBe('platform_not_found');
  });

  it('finds that WeChat stopped pushing tickets, and starts it', async () => {
    const of = await patient();
    await system.sandbox.control('POST', 'push', { component_appid: of.platform.appid, kind: 'stop' });
    const first = await examine(of);
    expect([first.found, first.unknown]).toEqual([['ticket_push_was_stopped warning'], []]);
    const second = await examine(of);
    expect([second.found, second.unknown]).toEqual([[], []]);
  });

  it('finds a wrong AppSecret', async () => {
    const of = await patient();
    await platformAtWechat(of, { secret: 'reset-in-the-console-0123456789' });
    const { found, unknown, en } = await examine(of);
    expect([found, unknown]).toEqual([['app_secret_wrong problem'], ['ticket_push']]);
    expect(textOf(en, 'app_secret')).toContain('40125');
  });

  it('finds an address that is not in the white list, and names it', async () => {
    const of = await patient();
    await platformAtWechat(of, { ipWhiteList: ['203.0.113.7'] });
    const { found, unknown, en, zh } = await examine(of);
    expect(found).toEqual(['ip_white_list_not_listed problem']);
    expect(unknown).toEqual(['app_secret', 'ticket_push', 'quota_component', 'quota_datacube', 'other_environment']);
    expect(textOf(en, 'ip_white_list')).toContain('Add 127.0.0.1 to');
    expect(textOf(zh, 'ip_white_list')).toContain('127.0.0.1');
  });

  it.each([
    ['callback token', { token: randomBytes(12).toString('hex') }, 'push_signatures_mismatch warning'],
    ['EncodingAESKey', { encodingAesKey: 'b'.repeat(43) }, 'push_signatures_aes_key problem'],
  ])('finds that WeChat has another %s', async (_name, change, expected) => {
    const of = await patient();
    await platformAtWechat(of, change);
    await system.sandbox.control('POST', 'push', { component_appid: of.platform.appid, kind: 'ticket' });
    await until('the refused pushes are counted', async () => {
      const [rows] = await system.db.query('SELECT 1 FROM push_refusal WHERE platform_id = ?', [of.platform.id]);
      return (rows as unknown[]).length > 0;
    });
    const { found, unknown } = await examine(of);
    expect([found, unknown]).toEqual([[expected], []]);
  });

  it('finds that nothing listens where WeChat pushes, and that somebody else does', async () => {
    const of = await patient();
    const move = (origin: string) =>
      of.admin.request('PATCH', `/api/v1/platforms/${of.platform.id}`, { publicOrigin: origin });
    ok(await move(`http://127.0.0.1:${await freePort()}`), 200);
    const away = await examine(of);
    expect([away.found, away.unknown]).toEqual([['callback_connect_failed problem'], ['connect_page']]);
    const other = await otherInstallation();
    try {
      ok(await move(`http://127.0.0.1:${(other.address() as AddressInfo).port}`), 200);
      const elsewhere = await examine(of);
      expect([elsewhere.found, elsewhere.unknown]).toEqual([['callback_elsewhere problem'], []]);
    } finally {
      other.closeAllConnections();
      await new Promise((closed) => other.close(closed));
    }
  });

  /** Answers every push with success, and shows the gateway's own pages. */
  async function otherInstallation(): Promise<Server> {
    const server = createServer((request, response) => {
      if (request.method === 'POST') {
        request.resume();
        response.end('success');
        return;
      }
      void fetch(new URL(request.url ?? '/', system.gatewayOrigin)).then(async (page) => {
        response.writeHead(page.status, Object.fromEntries(page.headers)).end(await page.text());
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return server;
  }

  it('finds quotas that are used up', async () => {
    const of = await patient();
    await system.sandbox.faults({ componentDailyLimit: 1_000 });
    const path = '/cgi-bin/component/api_authorizer_token';
    await system.sandbox.control('PUT', 'quota', { appid: of.platform.appid, path, used: 1_000 });
    const component = await examine(of);
    expect([component.found, component.unknown]).toEqual([['quota_component_used_up problem'], []]);
    expect(textOf(component.en, 'quota_component')).toContain('api_authorizer_token 1,000/1,000');
    await system.sandbox.faults({ componentDailyLimit: 0 });
    const datacube = { appid: of.account.appid, path: '/datacube/getusercumulate', used: 4_600 };
    await system.sandbox.control('PUT', 'quota', datacube);
    const account = await examine(of);
    expect([account.found, account.unknown]).toEqual([['quota_datacube_short warning'], []]);
  });

  /** What an installation with the same appid, secret and ticket does. */
  async function rivalBuys(of: Provider, times: number): Promise<void> {
    await system.sandbox.control('POST', 'push', { component_appid: of.platform.appid, kind: 'ticket' });
    const { values } = (await system.sandbox.control('GET', 'secrets')) as {
      values: { kind: string; value: string }[];
    };
    const body = JSON.stringify({
      component_appid: of.platform.appid,
      component_appsecret: of.platform.appSecret,
      component_verify_ticket: values.filter(({ kind }) => kind === 'component_verify_ticket').at(-1)!.value,
    });
    for (let n = 0; n < times; n++) {
      const answer = await fetch(`${system.sandbox.origin}/cgi-bin/component/api_component_token`, {
        method: 'POST',
        body,
      });
      expect(await answer.json()).toHaveProperty('component_access_token');
    }
  }

  it('finds a second environment that buys tokens of the same platform', async () => {
    const of = await patient();
    await rivalBuys(of, 12);
    const { found, unknown, en } = await examine(of);
    expect([found, unknown]).toEqual([['other_environment_likely warning'], []]);
    expect(textOf(en, 'other_environment')).toMatch(/WeChat counts 13 purchases/);
  });

  it('finds that another environment made the stored token invalid', async () => {
    const of = await patient();
    await system.sandbox.faults({ componentTokenOverlapSeconds: 0 });
    await rivalBuys(of, 1);
    await system.sandbox.faults({ componentTokenOverlapSeconds: 300 });
    const { found, unknown } = await examine(of);
    expect([found, unknown]).toEqual([
      ['component_token_refused warning', 'other_environment_possible notice'],
      ['quota_component'],
    ]);
  });
});

describe('npm run doctor', () => {
  async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    return new Promise((done) => {
      const env = { ...process.env, ...system.env, FORCE_COLOR: '0' };
      execFile(process.execPath, [dist('apps/gateway/src/doctor.js'), ...args], { env }, (error, out, err) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });
  }

  it('ends with 0 when all is well', async () => {
    const { appid } = (await patient()).platform;
    const well = await command('--platform', appid, '--lang', 'zh');
    expect([well.code, well.err]).toEqual([0, '']);
    expect(well.out).toMatch(new RegExp(`^${appid}  正常 `));
    expect(well.out.split('\n').filter((line) => line.startsWith('✓')).length).toBeGreaterThanOrEqual(19);
  });

  it('ends with 1 for a warning', async () => {
    const { appid } = (await patient()).platform;
    await system.sandbox.control('POST', 'push', { component_appid: appid, kind: 'stop' });
    expect(await command('--platform', appid, '--lang', 'en')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/! ticket_push: .*\n {4}why: .*\n {4}do: {2}/),
    });
  });

  it('ends with 2 for a problem, as when the gateway does not run', async () => {
    const of = await patient();
    const { appid } = of.platform;
    const origin = `http://127.0.0.1:${await freePort()}`;
    ok(await of.admin.request('PATCH', `/api/v1/platforms/${of.platform.id}`, { publicOrigin: origin }), 200);
    const away = await command('--platform', appid, '--json');
    expect(away.code).toBe(2);
    const [shown] = JSON.parse(away.out) as {
      appid: string;
      level: string;
      findings: { code: string; what: object }[];
    }[];
    expect(shown).toMatchObject({ appid, level: 'problem' });
    expect(shown!.findings[0]).toMatchObject({ code: 'callback_connect_failed', what: { en: expect.any(String) } });
  });

  it('says what it does not understand, with another code', async () => {
    expect(await command('--platform', 'wxnobody')).toMatchObject({ code: 3, err: expect.stringContaining('no such') });
    expect(await command('--lang', 'fr')).toMatchObject({ code: 3, err: expect.stringContaining('--lang') });
  });
});
