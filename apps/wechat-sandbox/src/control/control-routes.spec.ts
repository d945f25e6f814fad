import { ACCOUNT, PLATFORM, SECRET, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';
import { SWITCH_TABLE } from '../faults/switch-table';

describe('control routes', () => {
  let box: SandboxFixture;
  beforeEach(async () => {
    box = await startFixture();
  });
  afterEach(() => stopFixture(box));

  it('read and set the clock', async () => {
    expect(await box.control('GET', '/clock')).toMatchObject({ now: '2026-03-10T02:00:00.000Z', speed: 1 });
    await box.control('PUT', '/clock', { now: '2026-04-01T00:00:00+08:00', speed: 60 });
    box.advance(60);
    expect(await box.control('GET', '/clock')).toMatchObject({ now: '2026-03-31T17:00:00.000Z', speed: 60 });
    for (const body of [{ now: 'soon' }, { speed: -1 }, { speed: '1' }, { time: 1 }]) {
      expect(await box.control('PUT', '/clock', body)).toMatchObject({ status: 400 });
    }
  });

  it('merge switches, all or nothing, and name the wrong one', async () => {
    const names = Object.keys(SWITCH_TABLE).sort();
    const { status, ...document } = await box.control('GET', '/faults');
    expect([status, Object.keys(document).sort()]).toEqual([200, names]);
    expect(await box.control('PUT', '/faults', { latencyMs: 5, nope: 1 })).toMatchObject({
      status: 400,
      switch: 'nope',
    });
    expect(await box.control('PUT', '/faults', { eventLost: 1 })).toMatchObject({ status: 400, switch: 'eventLost' });
    expect(await box.control('PUT', '/faults', { notReadyMode: 'x' })).toMatchObject({ switch: 'notReadyMode' });
    expect(await box.control('PUT', '/faults', { faultProbability: 2 })).toMatchObject({ switch: 'faultProbability' });
    expect(await box.control('GET', '/faults')).toMatchObject({ latencyMs: 0 });
    expect(await box.control('PUT', '/faults', { latencyMs: 5 })).toMatchObject({ latencyMs: 5, pushTries: 1 });
    expect(await box.control('DELETE', '/faults')).toMatchObject({ latencyMs: 0, pushTries: 3 });
  });

  it('register idempotently, hide secrets, and refuse what they do not know', async () => {
    const token = await box.componentToken();
    await box.control('POST', '/platforms', [{ appid: PLATFORM, name: 'Renamed' }]);
    const { platforms } = await box.control('GET', '/platforms');
    expect(platforms).toMatchObject([{ appid: PLATFORM, name: 'Renamed', domain: 'gateway.example:3000' }]);
    expect(JSON.stringify(platforms)).not.toContain(SECRET);
    const code = await box.call('/cgi-bin/component/api_create_preauthcode', token, { component_appid: PLATFORM });
    expect(code).toHaveProperty('pre_auth_code');
    expect(await box.control('POST', '/platforms', { appid: 'wx1', secret: 's' })).toMatchObject({ status: 400 });
    expect(await box.control('POST', '/accounts', { appid: 'wx1', brith: 'x' })).toMatchObject({
      status: 400,
      error: expect.stringContaining('brith'),
    });
    expect(await box.control('POST', '/accounts', { appid: 'wx1', status: 2 })).toMatchObject({ status: 400 });
    const { accounts } = await box.control('GET', '/accounts');
    expect(accounts).toMatchObject([{ appid: ACCOUNT, name: 'Tea house', birth: '2020-01-01', grants: [] }]);
  });

  it('count calls by path, account, platform and errcode, from a moment on', async () => {
    const { access } = await box.connect();
    await box.control('DELETE', '/calls');
    const body = { begin_date: '2026-03-03', end_date: '2026-03-04' };
    const path = '/datacube/getusercumulate';
    await box.call(path, access, body);
    await box.call(path, access, body);
    await box.call(path, access, { begin_date: 'x' });
    const line = { path, appid: ACCOUNT, component_appid: PLATFORM };
    const all = [
      { ...line, errcode: 0, count: 2 },
      { ...line, errcode: 61500, count: 1 },
    ];
    expect((await box.control('GET', '/calls'))['calls']).toEqual(all);
    const past = new Date(Date.now() - 60_000).toISOString();
    expect((await box.control('GET', `/calls?since=${past}`))['calls']).toEqual(all);
    expect((await box.control('GET', `/calls?since=${Date.now() + 1000}`))['calls']).toEqual([]);
    expect(await box.control('GET', '/calls?since=x')).toMatchObject({ status: 400 });
  });

  it('change the truth of a day and forget it again', async () => {
    const before = await box.control('GET', `/truth?appid=${ACCOUNT}&from=2026-03-01&to=2026-03-02`);
    await box.control('PUT', `/accounts/${ACCOUNT}/days`, { ref_date: '2026-03-01', cumulate_user: 7 });
    await box.control('PUT', `/accounts/${ACCOUNT}/days`, { days: [{ ref_date: '2026-03-02', cumulate_user: null }] });
    const changed = await box.control('GET', `/truth?appid=${ACCOUNT}&from=2026-03-01&to=2026-03-02`);
    expect(changed['list']).toEqual([{ ref_date: '2026-03-01', cumulate_user: 7 }]);
    const bad = [{ ref_date: '2026-02-30', cumulate_user: 1 }, { ref_date: '2026-02-01' }, { cumulate_user: 1 }];
    for (const body of bad) {
      expect(await box.control('PUT', `/accounts/${ACCOUNT}/days`, body)).toMatchObject({ status: 400 });
    }
    await box.control('DELETE', `/accounts/${ACCOUNT}/days`);
    expect(await box.control('GET', `/truth?appid=${ACCOUNT}&from=2026-03-01&to=2026-03-02`)).toEqual(before);
    expect(await box.control('GET', '/truth?appid=wx1')).toMatchObject({ status: 404 });
  });

  it('list every secret ever issued', async () => {
    const tokens = await box.connect();
    const { values } = await box.control('GET', '/secrets');
    const issued = values as { kind: string; value: string }[];
    expect(new Set(issued.map(({ kind }) => kind))).toEqual(
      new Set([
        'component_appsecret',
        'callback_token',
        'encoding_aes_key',
        'component_verify_ticket',
        'component_access_token',
        'authorization_code',
        'pre_auth_code',
        'authorizer_access_token',
        'authorizer_refresh_token',
      ]),
    );
    const all = issued.map(({ value }) => value);
    expect(all).toEqual(expect.arrayContaining([tokens.access, tokens.refresh, SECRET]));
  });

  it('serve this machine only', async () => {
    const remote = { url: '/sandbox/secrets', remoteAddress: '10.0.0.9' };
    expect((await box.app.inject(remote)).statusCode).toBe(403);
    const foreign = { url: '/sandbox/secrets', headers: { host: '127.0.0.1:3900', origin: 'http://evil.example' } };
    expect((await box.app.inject(foreign)).statusCode).toBe(403);
    const consent = { url: '/cgi-bin/componentloginpage', remoteAddress: '10.0.0.9' };
    expect((await box.app.inject(consent)).headers['x-sandbox-error']).toBe('unknown_platform');
    expect(await box.control('GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await box.call('/cgi-bin/nothing', null, {})).toMatchObject({ errcode: 40066 });
  });

  it('have a page whose buttons authorize and revoke', async () => {
    const press = (action: string, fields: Record<string, string>): Promise<unknown> =>
      box.app.inject({ method: 'POST', url: `/sandbox/ui/${action}`, payload: new URLSearchParams(fields).toString() });
    const both = { appid: ACCOUNT, component_appid: PLATFORM };
    expect(await press('authorize', { ...both, sets: '1, 2' })).toMatchObject({ statusCode: 303 });
    expect(box.world.store.findGrant(PLATFORM, ACCOUNT)).toMatchObject({ active: true, sets: [1, 2] });
    const page = await box.app.inject('/sandbox/');
    expect(page.body).toContain('已授权 authorized');
    await press('revoke', both);
    expect(box.world.store.findGrant(PLATFORM, ACCOUNT)?.active).toBe(false);
    await press('clock', { now: '', speed: '10' });
    expect(box.world.clock.speed).toBe(10);
    expect(await press('ticket', { component_appid: 'wx1' })).toMatchObject({ statusCode: 404 });
  });
});
