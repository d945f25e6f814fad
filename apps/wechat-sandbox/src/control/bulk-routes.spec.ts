import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

const APPIDS = Array.from({ length: 1200 }, (_, i) => `wx${String(i).padStart(16, '0')}`);

describe('many accounts at once', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
  });
  afterEach(() => stopFixture(box));

  const all = { component_appid: PLATFORM, appids: APPIDS };
  const register = (fields: object = {}): Promise<unknown> =>
    box.control(
      'POST',
      '/accounts',
      APPIDS.map((appid) => ({ appid, ...fields })),
    );
  const active = (): number => box.world.store.grantsOf(PLATFORM).filter((grant) => grant.active).length;

  it('are registered, authorized, changed and cancelled in well under a second each', async () => {
    const start = performance.now();
    await register();
    expect(await box.control('POST', '/authorize', { ...all, exchange: true })).toMatchObject({ count: 1200 });
    await register({ verified: false });
    expect(await box.control('POST', '/invalidate-refresh', all)).toMatchObject({ count: 1200 });
    expect(await box.control('POST', '/second-environment', all)).toMatchObject({ refreshed: 1200 });
    expect(await box.control('POST', '/cancel', { component_appid: PLATFORM })).toMatchObject({ count: 1200 });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(active()).toBe(0);
    expect(await box.control('POST', '/cancel', all)).toMatchObject({ count: 0 });
  });

  it('lose their refresh token without a word; LIST shows the new one', async () => {
    const { refresh } = await box.connect();
    await box.control('DELETE', '/pushes');
    await box.control('POST', '/invalidate-refresh', { component_appid: PLATFORM, appids: [ACCOUNT] });
    const component = await box.componentToken();
    const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT, authorizer_refresh_token: refresh };
    expect(await box.call('/cgi-bin/component/api_authorizer_token', component, body)).toMatchObject({
      errcode: 61023,
    });
    const list = await box.call('/cgi-bin/component/api_get_authorizer_list', component, {
      component_appid: PLATFORM,
      offset: 0,
      count: 1,
    });
    const [row] = list['list'] as { refresh_token: string }[];
    expect(row!.refresh_token).not.toBe(refresh);
    expect(box.world.deliveries.list().filter(({ appid }) => appid !== null)).toEqual([]);
  });

  it('change verification and standing without an event', async () => {
    await box.connect();
    await box.control('DELETE', '/pushes');
    await box.control('POST', '/accounts', [{ appid: ACCOUNT, verified: false, status: 19 }]);
    const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT };
    const info = await box.call('/cgi-bin/component/api_get_authorizer_info', await box.componentToken(), body);
    expect(info['authorizer_info']).toMatchObject({ verify_type_info: { id: -1 }, account_status: 19 });
    expect(box.world.deliveries.list().filter(({ appid }) => appid !== null)).toEqual([]);
  });

  it('tell what a hand-made push needs', async () => {
    const at = { component_appid: PLATFORM, push: false };
    const act = (name: string, more: object = {}): Promise<Record<string, unknown>> =>
      box.control('POST', `/accounts/${ACCOUNT}/${name}`, { ...at, ...more });
    const told = {
      authorization_code: expect.stringMatching(/^queryauthcode@@@/),
      create_time: 1773108000,
      delivery: null,
    };
    expect(await act('authorize', { sets: [2], pre_auth_code: 'preauthcode@@@p' })).toMatchObject({
      event: 'authorized',
      pre_auth_code: 'preauthcode@@@p',
      ...told,
    });
    expect(await act('update', { sets: [2] })).toMatchObject({ event: null, ...told });
    box.advance(7);
    expect(await act('update', { sets: [1, 2] })).toMatchObject({ event: 'updateauthorized', create_time: 1773108007 });
    expect(await act('cancel')).toMatchObject({ event: 'unauthorized', create_time: 1773108007, delivery: null });
  });
});
