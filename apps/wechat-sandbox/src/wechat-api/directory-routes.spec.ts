import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';

interface Row {
  authorizer_appid: string;
  refresh_token: string;
  auth_time: number;
}

describe('authorizer list and info', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
  });
  afterEach(() => stopFixture(box));

  const list = async (offset: number, count: number): Promise<Record<string, unknown>> =>
    box.call('/cgi-bin/component/api_get_authorizer_list', await box.componentToken(), {
      component_appid: PLATFORM,
      offset,
      count,
    });
  const info = async (appid: string): Promise<Record<string, unknown>> =>
    box.call('/cgi-bin/component/api_get_authorizer_info', await box.componentToken(), {
      component_appid: PLATFORM,
      authorizer_appid: appid,
    });

  it('pages through 1,200 accounts', async () => {
    const appids = Array.from({ length: 1200 }, (_, i) => `wx${String(i).padStart(16, '0')}`);
    await box.control(
      'POST',
      '/accounts',
      appids.map((appid) => ({ appid })),
    );
    expect(await box.control('POST', '/authorize', { component_appid: PLATFORM, appids })).toMatchObject({
      count: 1200,
    });
    const seen: string[] = [];
    for (let offset = 0; offset < 1200; offset += 500) {
      const answer = await list(offset, 500);
      expect(answer['total_count']).toBe(1200);
      seen.push(...(answer['list'] as Row[]).map((row) => row.authorizer_appid));
    }
    expect(seen).toEqual(appids);
    expect((await list(1200, 500))['list']).toEqual([]);
    expect(await list(0, 501)).toMatchObject({ errcode: 40170 });
    await box.control('PUT', '/faults', { listOrder: 'newest-first' });
    expect(((await list(0, 1))['list'] as Row[])[0]!.authorizer_appid).toBe(appids.at(-1));
  });

  it('hides the refresh token until a code was exchanged', async () => {
    const act = await box.control('POST', `/accounts/${ACCOUNT}/authorize`, { component_appid: PLATFORM });
    expect((await list(0, 10))['list']).toEqual([
      { authorizer_appid: ACCOUNT, refresh_token: '', auth_time: 1773108000 },
    ]);
    expect((await info(ACCOUNT))['authorization_info']).toMatchObject({ authorizer_refresh_token: '' });
    await box.call('/cgi-bin/component/api_query_auth', await box.componentToken(), {
      component_appid: PLATFORM,
      authorization_code: act['authorization_code'],
    });
    expect(((await list(0, 10))['list'] as Row[])[0]!.refresh_token).toMatch(/^refreshtoken@@@/);
  });

  it('describes both kinds of account', async () => {
    await box.control('POST', '/accounts', [
      { appid: ACCOUNT, verified: false, status: 18, alias: 'tea' },
      { appid: 'wxmini', kind: 'mini' },
    ]);
    await box.control('POST', '/authorize', { component_appid: PLATFORM });
    const official = (await info(ACCOUNT))['authorizer_info'] as Record<string, unknown>;
    expect(official).toMatchObject({
      nick_name: 'Tea house',
      verify_type_info: { id: -1 },
      account_status: 18,
      alias: 'tea',
      user_name: expect.stringMatching(/^gh_[0-9a-z]{12}$/),
      business_info: { open_pay: 0 },
    });
    expect(official).not.toHaveProperty('MiniProgramInfo');
    expect((await info('wxmini'))['authorizer_info']).toHaveProperty('MiniProgramInfo');
    expect(await info('wxnobody')).toMatchObject({ errcode: 61003 });
  });
});
