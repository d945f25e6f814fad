import { ACCOUNT, PLATFORM, SECRET, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const C = '/cgi-bin/component/';

describe('odd answers', () => {
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
  const buy = (): Promise<Record<string, unknown>> =>
    box.call(`${C}api_component_token`, null, {
      component_appid: PLATFORM,
      component_appsecret: SECRET,
      component_verify_ticket: box.world.store.platforms.get(PLATFORM)!.tickets.at(-1)!.value,
    });
  const renew = (): Promise<Record<string, unknown>> =>
    box.call(`${C}api_authorizer_token`, component, {
      component_appid: PLATFORM,
      authorizer_appid: ACCOUNT,
      authorizer_refresh_token: refresh,
    });

  it.each([
    ['expiresInMissing', { component_access_token: expect.stringMatching(/_/) }],
    ['expiresInZero', { component_access_token: expect.stringMatching(/_/), expires_in: 0 }],
    ['emptyTokenAnswers', { component_access_token: '', expires_in: 7200 }],
  ])('%s: counted, on the chosen path only', async (name, odd) => {
    await faults({ [name]: 1, oddAnswerPath: 'api_component_token' });
    expect(await renew()).toMatchObject({ authorizer_access_token: expect.stringMatching(/_/), expires_in: 7200 });
    expect(await buy()).toEqual(odd);
    expect(await buy()).toEqual({ component_access_token: expect.stringMatching(/_/), expires_in: 7200 });
  });

  it('spoils account tokens and codes too, and nothing that holds no token', async () => {
    await faults({ emptyTokenAnswers: 2 });
    const list = await box.call(`${C}api_get_authorizer_list`, component, {
      component_appid: PLATFORM,
      offset: 0,
      count: 1,
    });
    expect(list).toMatchObject({ total_count: 1 });
    expect(await renew()).toMatchObject({ authorizer_access_token: '', authorizer_refresh_token: refresh });
    const code = await box.call(`${C}api_create_preauthcode`, component, { component_appid: PLATFORM });
    expect(code).toEqual({ pre_auth_code: '', expires_in: 1800 });
    const act = await box.control('POST', `/accounts/${ACCOUNT}/authorize`, { component_appid: PLATFORM, push: false });
    await faults({ expiresInZero: -1, oddAnswerPath: 'api_query_auth' });
    const exchanged = await box.call(`${C}api_query_auth`, component, {
      component_appid: PLATFORM,
      authorization_code: act['authorization_code'],
    });
    expect(exchanged['authorization_info']).toMatchObject({ expires_in: 0, authorizer_refresh_token: refresh });
  });

  it('html200: the call is carried out, the page has status 200', async () => {
    await faults({ html200: 1, oddAnswerPath: 'api_component_token' });
    const before = box.world.store.platforms.get(PLATFORM)!.currentToken;
    const ticket = box.world.store.platforms.get(PLATFORM)!.tickets.at(-1)!.value;
    const answer = await box.app.inject({
      method: 'POST',
      url: `${C}api_component_token`,
      payload: JSON.stringify({
        component_appid: PLATFORM,
        component_appsecret: SECRET,
        component_verify_ticket: ticket,
      }),
    });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('<html>');
    expect(box.world.store.platforms.get(PLATFORM)!.currentToken).not.toBe(before);
    expect(await buy()).toHaveProperty('component_access_token');
  });

  it('latency waits on exactly one path', async () => {
    await faults({ latencyMs: 150, faultPath: 'api_authorizer_token' });
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    expect(await timed(renew)).toBeGreaterThan(140);
    expect(await timed(buy)).toBeLessThan(100);
    const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT };
    expect(await timed(() => box.call(`${C}api_get_authorizer_info`, component, body))).toBeLessThan(100);
  });
});

describe('a second environment', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
    await box.control('PUT', '/faults', { componentTokenOverlapSeconds: 0, authorizerTokenOverlapSeconds: 0 });
  });
  afterEach(() => stopFixture(box));

  const preAuth = async (token: string): Promise<unknown> =>
    (await box.call(`${C}api_create_preauthcode`, token, { component_appid: PLATFORM }))['errcode'];
  const cumulate = async (token: string): Promise<unknown> =>
    (await box.call('/datacube/getusercumulate', token, { begin_date: '2026-03-03', end_date: '2026-03-03' }))[
      'errcode'
    ];

  it('kills what we hold, spends our quota and is no call of ours', async () => {
    const { access } = await box.connect();
    const component = await box.componentToken();
    await box.control('DELETE', '/calls');
    const act = { component_appid: PLATFORM, appids: [ACCOUNT] };
    expect(await box.control('POST', '/second-environment', act)).toMatchObject({ componentToken: true, refreshed: 1 });
    expect((await box.control('GET', '/calls'))['calls']).toEqual([]);
    expect([await preAuth(component), await cumulate(access)]).toEqual([40001, 40001]);
    const own = await box.componentToken();
    const quota = await box.call('/cgi-bin/openapi/quota/get', own, { cgi_path: `${C}api_component_token` });
    // the fixture's, ours twice, and one of the other environment
    expect(quota).toMatchObject({ quota: { used: 4 } });
  });

  it('can act right after each of our own purchases', async () => {
    const { refresh } = await box.connect();
    await box.control('PUT', '/faults', { otherBuysComponentToken: 1 });
    expect(await preAuth(await box.componentToken())).toBe(40001);
    const component = await box.componentToken();
    expect(await preAuth(component)).toBeUndefined();
    await box.control('PUT', '/faults', { otherRefreshesAccount: 1 });
    const renew = async (): Promise<string> => {
      const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT, authorizer_refresh_token: refresh };
      return String((await box.call(`${C}api_authorizer_token`, component, body))['authorizer_access_token']);
    };
    expect(await cumulate(await renew())).toBe(40001);
    expect(await cumulate(await renew())).toBeUndefined();
  });

  it('takes the refresh token with it where those rotate', async () => {
    const { refresh } = await box.connect();
    await box.control('PUT', '/faults', { refreshRotates: true, refreshOverlapSeconds: 0 });
    await box.control('POST', '/second-environment', {
      component_appid: PLATFORM,
      appids: [ACCOUNT],
      componentToken: false,
    });
    const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT, authorizer_refresh_token: refresh };
    expect(await box.call(`${C}api_authorizer_token`, await box.componentToken(), body)).toMatchObject({
      errcode: 61023,
    });
  });
});
