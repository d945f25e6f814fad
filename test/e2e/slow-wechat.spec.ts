import { agreed, expectEnding, newAccount } from '../support/consent';
import { until } from '../support/processes';
import { System } from '../support/system';
import { invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { messageXml, sealPush, sendPush } from '../support/wechat-push';

const NOW = '2026-03-10T02:00:00Z';

describe('when WeChat is slow or loses an answer', () => {
  let system: System;
  let provider: Provider;

  beforeAll(async () => {
    system = await System.start({ now: NOW });
    provider = await makeProvider(system, await makeHost(system));
  }, 120_000);
  afterAll(() => system.stop());
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
});
