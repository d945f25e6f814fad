import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const CUMULATE = '/datacube/getusercumulate';
const DAYS = { begin_date: '2026-03-03', end_date: '2026-03-04' };

describe('quotas', () => {
  let box: SandboxFixture;
  let token: string;
  beforeEach(async () => {
    box = await startFixture();
    token = (await box.connect()).access;
  });
  afterEach(() => stopFixture(box));

  const use = async (): Promise<unknown> => (await box.call(CUMULATE, token, DAYS))['errcode'];
  const freshToken = async (): Promise<void> => {
    token = (await box.connect()).access;
  };
  const quotaOf = async (path: string, by = token): Promise<Record<string, unknown>> =>
    box.call('/cgi-bin/openapi/quota/get', by, { cgi_path: path });

  it('end the day of an account on every platform, until midnight in Beijing', async () => {
    await box.control('PUT', '/faults', { datacubeDailyLimit: 2 });
    expect([await use(), await use(), await use()]).toEqual([undefined, undefined, 45009]);
    expect(await quotaOf(CUMULATE)).toMatchObject({ errcode: 0, quota: { daily_limit: 2, used: 2, remain: 0 } });
    await box.control('POST', '/platforms', {
      appid: 'wxother',
      secret: 's',
      token: 't',
      encodingAesKey: 'A'.repeat(43),
      eventUrl: 'http://127.0.0.1:9/',
      domain: 'x',
    });
    const other = await box.control('POST', '/authorize', {
      component_appid: 'wxother',
      appids: [ACCOUNT],
      sets: [2],
      exchange: true,
    });
    const [grant] = other['list'] as { authorizer_access_token: string }[];
    expect(await box.call(CUMULATE, grant!.authorizer_access_token, DAYS)).toMatchObject({ errcode: 45009 });
    await box.control('PUT', '/clock', { now: '2026-03-10T15:59:59Z' });
    await freshToken();
    expect(await use()).toBe(45009);
    await box.control('PUT', '/clock', { now: '2026-03-10T16:00:00Z' });
    expect(await use()).toBeUndefined();
  });

  it('end a minute', async () => {
    await box.control('POST', '/accounts', { appid: ACCOUNT, minuteLimit: 1 });
    expect([await use(), await use()]).toEqual([undefined, 45011]);
    box.advance(60);
    expect(await use()).toBeUndefined();
  });

  it('are reset ten times a month', async () => {
    await box.control('PUT', '/faults', { datacubeDailyLimit: 1 });
    await use();
    const clear = async (): Promise<unknown> =>
      (await box.call('/cgi-bin/clear_quota', token, { appid: ACCOUNT }))['errcode'];
    expect(await box.call('/cgi-bin/clear_quota', token, { appid: PLATFORM })).toMatchObject({ errcode: 40013 });
    expect(await use()).toBe(45009);
    expect(await clear()).toBe(0);
    expect(await use()).toBeUndefined();
    for (let i = 0; i < 9; i += 1) expect(await clear()).toBe(0);
    expect(await clear()).toBe(48006);
  });

  it('are asked for with the right kind of token', async () => {
    const component = await box.componentToken();
    expect(await quotaOf('/cgi-bin/component/api_component_token', component)).toMatchObject({
      quota: { daily_limit: 10_000, used: 2 },
    });
    expect(await quotaOf(CUMULATE, component)).toMatchObject({ errcode: 76022 });
    expect(await quotaOf('/cgi-bin/component/api_component_token')).toMatchObject({ errcode: 76022 });
    expect(await quotaOf('datacube/getusercumulate')).toMatchObject({ errcode: 76021 });
    const ips = await box.app.inject({ url: `/cgi-bin/getcallbackip?access_token=${component}` });
    expect(ips.json()).toEqual({ ip_list: ['127.0.0.1'] });
  });
});
