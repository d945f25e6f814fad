import { ACCOUNT, PLATFORM, SECRET, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const C = '/cgi-bin/component/';
const DAYS = { begin_date: '2026-03-03', end_date: '2026-03-04' };

describe('component token', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
  });
  afterEach(() => stopFixture(box));

  const buy = (over: object): Promise<Record<string, unknown>> =>
    box.call(`${C}api_component_token`, null, {
      component_appid: PLATFORM,
      component_appsecret: SECRET,
      component_verify_ticket: box.world.store.platforms.get(PLATFORM)!.tickets.at(-1)!.value,
      ...over,
    });
  const preAuth = (token: string | null): Promise<Record<string, unknown>> =>
    box.call(`${C}api_create_preauthcode`, token, { component_appid: PLATFORM });

  it('is bought with appid, secret and ticket', async () => {
    const answer = await buy({});
    expect(answer).toEqual({ component_access_token: expect.stringMatching(/^\d+_[\w-]{135,155}$/), expires_in: 7200 });
  });

  it.each([
    [{ component_appid: 'wx00000000000000ff' }, 61011],
    [{ component_appid: undefined }, 41018],
    [{ component_appsecret: undefined }, 41004],
    [{ component_appsecret: 'wrong' }, 40125],
    [{ component_verify_ticket: null }, 61006],
    [{ component_verify_ticket: 'ticket@@@other' }, 61006],
  ])('is refused for %j', async (over, errcode) => {
    expect(await buy(over)).toMatchObject({ errcode });
  });

  it('needs a ticket younger than 12 h; an older one that is still young is good', async () => {
    const [old] = box.world.store.platforms.get(PLATFORM)!.tickets;
    box.advance(600);
    await box.control('POST', '/push', { component_appid: PLATFORM, kind: 'ticket' });
    expect(await buy({ component_verify_ticket: old!.value })).toHaveProperty('component_access_token');
    box.advance(12 * 3600 - 600);
    expect(await buy({ component_verify_ticket: old!.value })).toMatchObject({ errcode: 61005 });
    expect(await buy({})).toHaveProperty('component_access_token');
  });

  it('lives 7200 s, and 300 s beside its successor', async () => {
    const first = await box.componentToken();
    box.advance(60);
    const second = await box.componentToken();
    box.advance(299);
    expect(await preAuth(first)).toHaveProperty('pre_auth_code');
    box.advance(1);
    expect(await preAuth(first)).toMatchObject({ errcode: 40001 });
    box.advance(7200 - 300 - 1);
    expect(await preAuth(second)).toEqual({
      pre_auth_code: expect.stringMatching(/^preauthcode@@@/),
      expires_in: 1800,
    });
    box.advance(1);
    expect(await preAuth(second)).toMatchObject({ errcode: 42001 });
  });

  it('can die at once when replaced', async () => {
    await box.control('PUT', '/faults', { componentTokenOverlapSeconds: 0 });
    const first = await box.componentToken();
    await box.componentToken();
    expect(await preAuth(first)).toMatchObject({ errcode: 40001 });
  });

  it('is checked in order: address, presence, shape, kind, appid', async () => {
    const token = await box.componentToken();
    const { access } = await box.connect();
    expect(await preAuth(null)).toMatchObject({ errcode: 41001 });
    expect(await preAuth('nonsense')).toMatchObject({ errcode: 40014 });
    expect(await preAuth(`84_${'a'.repeat(140)}`)).toMatchObject({ errcode: 40001 });
    expect(await preAuth(access)).toMatchObject({ errcode: 61014 });
    expect(await box.call(`${C}api_create_preauthcode`, token, { component_appid: 'wx1' })).toMatchObject({
      errcode: 40013,
    });
    const old = await box.app.inject({
      method: 'POST',
      url: `${C}api_create_preauthcode?component_access_token=${token}`,
      headers: { 'content-type': 'text/xml; charset' },
      payload: JSON.stringify({ component_appid: PLATFORM }),
    });
    expect(old.json()).toHaveProperty('pre_auth_code');
    expect(old.headers['date']).toBe(new Date(box.world.clock.now()).toUTCString());
    await box.control('POST', '/platforms', { appid: PLATFORM, ipWhiteList: ['10.1.2.3'] });
    expect(await preAuth(null)).toMatchObject({ errcode: 61004 });
    expect((await preAuth(token))['errmsg']).toContain('requestIP 127.0.0.1');
    expect(await preAuth(token)).toMatchObject({ errcode: 61004 });
    expect(await buy({ component_appsecret: 'wrong' })).toMatchObject({ errcode: 61004 });
    expect(await box.call('/datacube/getusercumulate', access, DAYS)).toMatchObject({ errcode: 61004 });
  });

  it('has a daily quota that a reset by secret gives back', async () => {
    await box.control('PUT', '/quota', { appid: PLATFORM, path: `${C}api_component_token`, used: 10_000 });
    expect(await buy({})).toMatchObject({ errcode: 45009 });
    await box.call(`${C}clear_quota/v2`, null, { component_appid: PLATFORM, appsecret: SECRET });
    expect(await buy({})).toHaveProperty('component_access_token');
  });

  it('starts stopped ticket pushes with two different answers', async () => {
    const start = (): Promise<unknown> =>
      box.call(`${C}api_start_push_ticket`, null, { component_appid: PLATFORM, component_secret: SECRET });
    expect(await start()).toEqual({ errcode: 0, errmsg: 'in a normal state' });
    await box.control('POST', '/push', { component_appid: PLATFORM, kind: 'stop' });
    expect(await start()).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await start()).toEqual({ errcode: 0, errmsg: 'in a normal state' });
  });
});

describe('account credentials', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
  });
  afterEach(() => stopFixture(box));

  const act = (name: string, body: object = {}): Promise<Record<string, unknown>> =>
    box.control('POST', `/accounts/${ACCOUNT}/${name}`, { component_appid: PLATFORM, ...body });
  const component = async (api: string, body: object): Promise<Record<string, unknown>> =>
    box.call(C + api, await box.componentToken(), { component_appid: PLATFORM, ...body });
  const exchange = (code: unknown): Promise<Record<string, unknown>> =>
    component('api_query_auth', { authorization_code: code });
  const refresh = (token: unknown): Promise<Record<string, unknown>> =>
    component('api_authorizer_token', { authorizer_appid: ACCOUNT, authorizer_refresh_token: token });
  const info = (): Promise<Record<string, unknown>> =>
    component('api_get_authorizer_info', { authorizer_appid: ACCOUNT });
  const use = async (token: string): Promise<unknown> =>
    (await box.call('/datacube/getusercumulate', token, DAYS))['errcode'];

  it('are exchanged once, within an hour', async () => {
    const { authorization_code: code } = await act('authorize', { sets: [2, 3, 99] });
    expect(await exchange('queryauthcode@@@unknown')).toMatchObject({ errcode: 61009 });
    const answer = await exchange(code);
    expect(answer).toEqual({
      authorization_info: {
        authorizer_appid: ACCOUNT,
        authorizer_access_token: expect.any(String),
        expires_in: 7200,
        authorizer_refresh_token: expect.stringMatching(/^refreshtoken@@@[\w-]{43}$/),
        func_info: [
          { funcscope_category: { id: 2 } },
          {
            funcscope_category: { id: 3 },
            confirm_info: { need_confirm: 0, already_confirm: 0, can_confirm: 0 },
          },
        ],
      },
    });
    expect(await exchange(code)).toMatchObject({ errcode: 61010 });
    const late = await act('update', { sets: [2] });
    box.advance(3600);
    await box.control('POST', '/push', { component_appid: PLATFORM });
    expect(await exchange(late['authorization_code'])).toMatchObject({ errcode: 61010 });
  });

  it('refresh with a stable refresh token; the old access token stays good 300 s', async () => {
    const { access, refresh: token } = await box.connect();
    const answer = await refresh(token);
    expect(answer).toMatchObject({ expires_in: 7200, authorizer_refresh_token: token });
    const next = String(answer['authorizer_access_token']);
    box.advance(299);
    expect([await use(access), await use(next)]).toEqual([undefined, undefined]);
    box.advance(1);
    expect([await use(access), await use(next)]).toEqual([40001, undefined]);
    box.advance(6900);
    expect(await use(next)).toBe(42001);
    expect(await refresh(null)).toMatchObject({ errcode: 61023 });
    expect(await component('api_authorizer_token', { authorizer_appid: 'wx9' })).toMatchObject({ errcode: 61003 });
  });

  it('can rotate the refresh token, old good for five minutes', async () => {
    await box.control('PUT', '/faults', { refreshRotates: true });
    const { refresh: first } = await box.connect();
    const second = (await refresh(first))['authorizer_refresh_token'];
    expect(second).not.toBe(first);
    box.advance(299);
    expect((await refresh(first))['authorizer_refresh_token']).toBe(second);
    box.advance(1);
    expect(await refresh(first)).toMatchObject({ errcode: 61023 });
    expect(await refresh(second)).toHaveProperty('authorizer_access_token');
  });

  it('can lose the refresh token silently; INFO has the new one', async () => {
    const { refresh: first } = await box.connect();
    await box.control('PUT', '/faults', { silentRefreshInvalidations: 1 });
    expect(await refresh(first)).toMatchObject({ errcode: 61023 });
    const shown = (await info())['authorization_info'] as Record<string, unknown>;
    expect(shown['authorizer_refresh_token']).not.toBe(first);
    expect(await refresh(shown['authorizer_refresh_token'])).toHaveProperty('authorizer_access_token');
  });

  it('die at once on re-authorization, which tells nobody when sets stay', async () => {
    const { access, refresh: token } = await box.connect(ACCOUNT, [1, 2]);
    expect(await act('authorize', { sets: [2, 1] })).toMatchObject({ event: null, delivery: null });
    expect(await use(access)).toBe(40001);
    expect(await act('update', { sets: [2] })).toMatchObject({ event: 'updateauthorized', sets: [2] });
    expect(await refresh(token)).toMatchObject({ authorizer_refresh_token: token });
  });

  it('both die on cancel, and a new authorization has a new refresh token', async () => {
    const { access, refresh: token } = await box.connect();
    expect(await act('cancel')).toMatchObject({ event: 'unauthorized' });
    expect(await act('cancel')).toMatchObject({ status: 409 });
    expect([await use(access), (await refresh(token))['errcode'], (await info())['errcode']]).toEqual([
      61003, 61023, 61003,
    ]);
    await box.control('PUT', '/faults', { codeAfterCancel: 40001, refreshCodeAfterCancel: 61003 });
    expect([await use(access), (await refresh(token))['errcode']]).toEqual([40001, 61003]);
    const again = await box.connect();
    expect(again.refresh).not.toBe(token);
    expect(await use(again.access)).toBeUndefined();
    await box.control('PUT', '/faults', { codeAfterCancel: 61003 });
    expect(await use(access)).toBe(40001);
  });
});
