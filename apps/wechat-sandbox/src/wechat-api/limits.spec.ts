import { ACCOUNT, PLATFORM, SECRET, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';
import { isInRanges } from './address-ranges';

const C = '/cgi-bin/component/';
const AT = { component_appid: PLATFORM, authorizer_appid: ACCOUNT };

describe('limits nobody published', () => {
  let box: SandboxFixture;
  let component: string;
  let refresh: string;
  beforeEach(async () => {
    box = await startFixture();
    ({ refresh } = await box.connect());
    component = await box.componentToken();
  });
  afterEach(() => stopFixture(box));

  const faults = (document: object): Promise<unknown> => box.control('PUT', '/faults', document);
  const errcode = async (path: string, body: object): Promise<unknown> =>
    (await box.call(`${C}${path}`, component, { ...AT, ...body }))['errcode'];
  const clearBySecret = async (body: object = {}): Promise<unknown> =>
    (await box.call(`${C}clear_quota/v2`, null, { component_appid: PLATFORM, appsecret: SECRET, ...body }))['errcode'];
  const buy = async (): Promise<unknown> => {
    const ticket = box.world.store.platforms.get(PLATFORM)!.tickets.at(-1)!.value;
    const body = { component_appid: PLATFORM, component_appsecret: SECRET, component_verify_ticket: ticket };
    return (await box.call(`${C}api_component_token`, null, body))['errcode'];
  };

  it.each([
    ['api_authorizer_token', 'refreshDailyLimit', () => ({ authorizer_refresh_token: refresh })],
    ['api_create_preauthcode', 'preAuthCodeDailyLimit', () => ({})],
    ['api_query_auth', 'queryAuthDailyLimit', () => ({ authorization_code: 'x' })],
    ['api_get_authorizer_info', 'infoDailyLimit', () => ({})],
    ['api_get_authorizer_list', 'listDailyLimit', () => ({ offset: 0, count: 1 })],
  ])('%s has one of its own, beside the common one', async (path, name, body) => {
    const used = path === 'api_query_auth' ? 1 : 0;
    await faults({ componentDailyLimit: used + 3, [name]: used + 1 });
    await errcode(path, body());
    expect(await errcode(path, body())).toBe(45009);
    await faults({ [name]: 0 });
    expect(await errcode(path, body())).not.toBe(45009);
    expect(await errcode(path, body())).not.toBe(45009);
    expect(await errcode(path, body())).toBe(45009);
  });

  it('clear_quota/v2 is the way out without a token, ten times a month', async () => {
    await faults({ componentTokenDailyLimit: 2 });
    expect(await buy()).toBe(45009);
    expect(await clearBySecret({ appsecret: 'wrong' })).toBe(40125);
    expect(await clearBySecret()).toBe(0);
    expect(await buy()).toBeUndefined();
    for (let i = 0; i < 9; i += 1) expect(await clearBySecret()).toBe(0);
    expect(await clearBySecret()).toBe(48006);
    // an account has a count of its own
    expect(await clearBySecret({ appid: ACCOUNT })).toBe(0);
    expect(await clearBySecret({ appid: 'wxstranger' })).toBe(61003);
    await box.control('PUT', '/clock', { now: '2026-04-01T00:00:00+08:00' });
    expect(await clearBySecret()).toBe(0);
  });

  it('a reset may leave the token calls alone, and may take its time', async () => {
    await faults({ componentTokenDailyLimit: 2, preAuthCodeDailyLimit: 1, clearQuotaResetsTokenCalls: false });
    await errcode('api_create_preauthcode', {});
    expect(await errcode('api_create_preauthcode', {})).toBe(45009);
    await clearBySecret();
    expect([await buy(), await errcode('api_create_preauthcode', {})]).toEqual([45009, undefined]);
    await faults({ clearQuotaResetsTokenCalls: true, clearQuotaLagSeconds: 1800 });
    await clearBySecret();
    box.advance(1799);
    expect(await buy()).toBe(45009);
    box.advance(1);
    expect(await buy()).toBeUndefined();
  });

  it('the IP white list has a size and may hold ranges', async () => {
    const register = (ipWhiteList: string[]): Promise<Record<string, unknown>> =>
      box.control('POST', '/platforms', { appid: PLATFORM, ipWhiteList });
    await faults({ ipWhiteListSize: 2 });
    expect(await register(['10.0.0.1', '10.0.0.2', '10.0.0.3'])).toMatchObject({ status: 400 });
    expect(await register(['10.0.0.1', '127.0.0.0/8'])).toMatchObject({ status: 200 });
    expect(await buy()).toBe(61004);
    await faults({ ipWhiteListRanges: true });
    expect(await buy()).toBeUndefined();
    expect(isInRanges(['10.1.0.0/16'], '10.2.0.1')).toBe(false);
    expect(isInRanges(['::1/128', 'x/8', '10.1.0.0/99'], '::1')).toBe(true);
  });

  it('tickets are told apart: another platform’s is wrong, an old one has expired', async () => {
    const other = { appid: 'wxother', secret: 'other', token: 't', encodingAesKey: 'A'.repeat(43) };
    await box.control('POST', '/platforms', { ...other, eventUrl: 'http://127.0.0.1:9/', domain: 'x' });
    const ticketOf = (appid: string): string => box.world.store.platforms.get(appid)!.tickets.at(-1)!.value;
    const code = async (body: object): Promise<unknown> =>
      (
        await box.call(`${C}api_component_token`, null, {
          component_appid: PLATFORM,
          component_appsecret: SECRET,
          ...body,
        })
      )['errcode'];
    expect(await code({ component_verify_ticket: ticketOf('wxother') })).toBe(61006);
    expect(await code({ component_verify_ticket: ticketOf(PLATFORM), component_appsecret: 'other' })).toBe(40125);
    expect(await code({ component_verify_ticket: ticketOf(PLATFORM), component_appid: 'wxnobody' })).toBe(61011);
    box.advance(12 * 3600);
    expect(await code({ component_verify_ticket: ticketOf(PLATFORM) })).toBe(61005);
  });
});
