import { agreed, expectEnding, newAccount } from '../support/consent';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { messageXml, sealPush, sendPush } from '../support/wechat-push';

const NOW = '2026-03-10T02:00:00Z';

describe('when WeChat is slow or loses an answer', () => {
  let system: System;
  let provider: Provider;

  beforeAll(async () => {
    system = await System.start({ now: NOW, env: { FETCH_CONCURRENCY: '1' } });
    provider = await makeProvider(system, await makeHost(system));
  }, 120_000);
  afterAll(() => system.stop(), 30_000);
  afterEach(() => system.sandbox.control('DELETE', 'faults'));

  const accountOf = async (appid: string): Promise<any> =>
    ok(await provider.admin.get(`/api/v1/accounts?appid=${appid}`), 200).items[0];

  it('gives the account to its merchant at once, although the answer to its code was lost and no push comes', async () => {
    const { id } = await makeMerchant(provider, system);
    const url = await invite(provider, id);
    const appid = await newAccount(system);
    await system.sandbox.faults({ faultPath: 'api_query_auth', answerLost: 1, eventLost: true });
    await expectEnding(await agreed(url, { appid }), { end: 'connected', status: 200 });
    expect(await accountOf(appid)).toMatchObject({ merchant: id, state: 'authorized', permissionSets: [2] });
    await expectEnding(url, { end: 'used', status: 410 });
  }, 60_000);

  it('answers pushes within a second, before the work', async () => {
    const { appid: component } = provider.platform;
    const appid = await newAccount(system);
    await system.sandbox.faults({ latencyMs: 2_500 });
    const body = { component_appid: component, push: false };
    const { authorization_code: code } = await system.sandbox.control('POST', `accounts/${appid}/authorize`, body);
    const now = Math.floor(Date.parse(NOW) / 1_000);
    for (const preAuthCode of ['first', 'second']) {
      const event = { AppId: component, CreateTime: now, InfoType: 'authorized', AuthorizerAppid: appid };
      const grant = { AuthorizationCode: code, AuthorizationCodeExpiredTime: now + 3_600, PreAuthCode: preAuthCode };
      const push = sealPush(provider.platform, messageXml({ ...event, ...grant }));
      const began = performance.now();
      expect((await sendPush(system.gatewayOrigin, push)).text).toBe('success');
      expect(performance.now() - began).toBeLessThan(1_000);
    }
    expect(await accountOf(appid)).toBeUndefined();
    await until('the account is there', async () => (await accountOf(appid))?.state === 'authorized', 40_000);
  }, 60_000);

  it('answers who asks for a week while a turn of somebody’s years is under way', async () => {
    const [years, week] = [await makeMerchant(provider, system), await makeMerchant(provider, system)];
    for (const { id } of [years, week]) await authorize(system, provider, id);
    await system.sandbox.faults({ latencyMs: 2_000, faultPath: 'datacube' });
    const ask = async ({ id, api }: typeof years, from: string): Promise<string> =>
      ok(await api.post('/api/v1/fetches', { scope: { merchant: id }, from, to: '2026-03-09' }), 202).id;
    const taskOf = async (fetchId: string): Promise<any> =>
      (
        (await system.db.query('SELECT state, turn_id, lane FROM fetch_task WHERE fetch_id = ?', [fetchId])) as any
      )[0][0];
    const long = await ask(years, '2020-01-01');
    const turn = await until('the years are under way', async () => {
      const task = await taskOf(long);
      return task.state === 'running' && task;
    });
    const short = await ask(week, '2026-03-03');
    await until('the week is stored', async () => (await taskOf(short)).state === 'done');
    expect(await taskOf(long)).toEqual(turn);
    ok(await years.api.post(`/api/v1/fetches/${long}/cancel`, {}), 202);
  }, 60_000);

  it('works off pushes while re-reads of accounts wait for a hanging INFO', async () => {
    const [[platform]]: any = await system.db.query('SELECT id FROM platform');
    const rows = Array.from({ length: 80 }, (_, n) => {
      const words = ['official_account', '', '', '', '', 'authorized', NOW.slice(0, 10), NOW.slice(0, 10)];
      return [`acc_slow${n}`, platform.id, `wxslow${n}`, ...words];
    });
    await system.sandbox.faults({ latencyMs: 4_000, faultPath: 'api_get_authorizer_info' });
    await system.db.query(
      `INSERT INTO account (public_id, platform_id, appid, kind, nick_name, principal_name, user_name, head_img, state,
         authorized_at, created_at) VALUES ?`,
      [rows],
    );
    // It looks for what is due at once.
    await system.startWorker();
    const count = async (sql: string): Promise<number> => ((await system.db.query(sql)) as any)[0][0].n;
    const unclaimed = "SELECT COUNT(*) AS n FROM account WHERE appid LIKE 'wxslow%' AND reread_at IS NULL";
    await until('all are claimed', async () => (await count(unclaimed)) === 0);
    const now = Math.floor(Date.parse(NOW) / 1_000);
    const event = { AppId: provider.platform.appid, CreateTime: now, InfoType: 'unauthorized' };
    const xml = messageXml({ ...event, AuthorizerAppid: 'wxnobody' });
    expect((await sendPush(system.gatewayOrigin, sealPush(provider.platform, xml))).text).toBe('success');
    const done =
      "SELECT COUNT(*) AS n FROM push_event WHERE info_type = 'unauthorized' AND outcome = 'unknown_account'";
    await until('the cancel is worked off', async () => (await count(done)) === 1, 5_000);
    await system.db.query("DELETE FROM account WHERE appid LIKE 'wxslow%'");
  }, 60_000);
});
