import { type Api } from '../support/api';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';

/** 10:00 in Shanghai: yesterday, 2026-03-09, is ready. */
const NOW = '2026-03-10T02:00:00.000Z';

describe('the main job', () => {
  let system: System;
  let provider: Provider;

  beforeAll(async () => {
    system = await System.start({ now: NOW });
    provider = await makeProvider(system, await makeHost(system));
  }, 60_000);
  afterAll(() => system.stop());

  async function fetchDays(api: Api, body: object): Promise<any> {
    const { id, refusals } = ok(await api.post('/api/v1/fetches', body), 202);
    const ended = await until('the fetch has ended', async () => {
      const fetch = ok(await api.get(`/api/v1/fetches/${id as string}`), 200);
      return fetch.state === 'running' ? null : fetch;
    });
    return { ...ended, refusals };
  }

  async function csv(api: Api, query: string): Promise<string[][]> {
    const answer = await api.get(`/api/v1/reports/cumulate?${query}`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    return answer.text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
  }

  it('brings the days of an authorized account to its merchant, equal to what WeChat has', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id, {
      account: { name: '=SUM(A1)', birth: '2020-01-01' },
    });
    const account = ok(await merchant.api.get(`/api/v1/accounts/${id}`), 200);
    expect(account).toMatchObject({ appid, state: 'authorized', permissionSets: [2], gate: { open: true } });

    const days = { from: '2025-12-10', to: '2026-03-09' };
    const done = await fetchDays(merchant.api, { scope: { accounts: [id] }, ...days });
    expect(done).toMatchObject({ state: 'done', tasks: { done: 1 }, refusals: [] });

    const [header, ...lines] = await csv(merchant.api, `accounts=${id}&from=${days.from}&to=${days.to}`);
    expect(header).toEqual(['ref_date', 'appid', 'account', 'cumulate_user', 'net_change', 'state']);
    const truth = await system.sandbox.truth(appid, days.from, days.to);
    expect(truth.size).toBe(90);
    expect(new Map(lines.map((line) => [line[0], Number(line[3])]))).toEqual(truth);
    const numbers = [...truth.values()];
    expect(lines.map((line) => line[4])).toEqual(numbers.map((n, i) => (i === 0 ? '' : String(n - numbers[i - 1]!))));
    expect(lines.every((line) => line[1] === appid && line[2] === "'=SUM(A1)" && line[5] === 'value')).toBe(true);

    const [stored] = await system.db.query('SELECT COUNT(*) AS n, MAX(revision) AS r FROM daily_cumulate');
    expect(stored).toEqual([{ n: 90, r: 0 }]);
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 13 });
  });

  it('asks nothing twice, unless told to', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id } = await authorize(system, provider, merchant.id);
    const fetch = { scope: { merchant: merchant.id }, from: '2026-02-01', to: '2026-02-14' };
    await fetchDays(merchant.api, fetch);
    await system.sandbox.forgetCalls();
    await fetchDays(merchant.api, { ...fetch, to: '2026-02-15' });
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 1 });
    const plan = ok(await merchant.api.post('/api/v1/fetches', { ...fetch, refetch: true, dryRun: true }), 200);
    expect(plan).toMatchObject({ dryRun: true, accounts: 1, windows: 2, calls: 2, refusals: [] });
    await fetchDays(merchant.api, { ...fetch, refetch: true });
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 3 });
    expect(id).toMatch(/^acc_/);
  });

  it('keeps a correction of WeChat and what it replaced', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id);
    const fetch = { scope: { accounts: [id] }, from: '2026-03-01', to: '2026-03-07' };
    await fetchDays(merchant.api, fetch);
    const before = (await system.sandbox.truth(appid, '2026-03-03', '2026-03-03')).get('2026-03-03');
    await system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: '2026-03-03', cumulate_user: 4242 });
    await fetchDays(merchant.api, { ...fetch, refetch: true });
    const [, ...lines] = await csv(merchant.api, `accounts=${id}&from=2026-03-03&to=2026-03-03`);
    expect(lines.map((line) => line[3])).toEqual(['4242']);
    const [kept] = await system.db.query(
      'SELECT ref_date AS d, old_user AS o, new_user AS n FROM cumulate_revision r JOIN account a ON a.id = r.account_id WHERE a.appid = ?',
      [appid],
    );
    expect(kept).toEqual([{ d: '2026-03-03', o: before, n: 4242 }]);
  });

  it('stores one day of the documented example, and makes the others absent after a second answer', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id);
    await system.sandbox.control('PUT', `accounts/${appid}/days`, [
      { from: '2014-12-01', to: '2014-12-06', cumulate_user: null },
      { ref_date: '2014-12-07', cumulate_user: 1217056 },
    ]);
    await system.sandbox.forgetCalls();
    const days = { from: '2014-12-02', to: '2014-12-07' };
    const asked = ok(await merchant.api.post('/api/v1/fetches', { scope: { accounts: [id] }, ...days }), 202);
    const fetch = async (): Promise<any> => ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}`), 200);
    const lines = async (): Promise<(string | undefined)[][]> =>
      (await csv(merchant.api, `accounts=${id}&from=${days.from}&to=${days.to}`))
        .slice(1)
        .map((line) => [line[0], line[3], line[4], line[5]]);
    const expected = (state: string): string[][] => [
      ...['02', '03', '04', '05', '06'].map((day) => [`2014-12-${day}`, '', '', state]),
      ['2014-12-07', '1217056', '', 'value'],
    ];
    await until('a second answer is waited for', async () => (await fetch()).tasks.waiting_data === 1);
    expect(await lines()).toEqual(expected('unknown'));
    await system.moveClock(10 * 60_000);
    await until('the second answer is in', async () => (await fetch()).state === 'done');
    expect(await lines()).toEqual(expected('absent'));
    const [rows] = await system.db.query(
      'SELECT ref_date AS d, cumulate_user AS n FROM daily_cumulate d JOIN account a ON a.id = d.account_id WHERE a.appid = ? AND d.state = 2',
      [appid],
    );
    expect(rows).toEqual([{ d: '2014-12-07', n: 1217056 }]);
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 2 });
  });

  it('refuses an account without set 2 with the reason, asks WeChat nothing, and goes on when the set is granted', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id, { sets: [1, 3] });
    await system.sandbox.forgetCalls();
    const asked = ok(
      await merchant.api.post(
        '/api/v1/fetches',
        { scope: { accounts: [id] }, from: '2026-03-01', to: '2026-03-07' },
        { 'accept-language': 'zh-CN' },
      ),
      202,
    );
    expect(asked.refusals).toEqual([
      expect.objectContaining({
        account: id,
        appid,
        because: 'set_missing',
        message: expect.stringMatching(/用户管理/),
      }),
    ]);
    // Its turn comes now and then, to ask the gate again.
    const items = await until('the task waits for permission', async () => {
      const seen = ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}/tasks`), 200);
      return seen.items[0].state === 'waiting_permission' ? seen.items : null;
    });
    expect(items).toEqual([expect.objectContaining({ account: id, because: 'set_missing' })]);
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({});

    await system.sandbox.control('POST', `accounts/${appid}/update`, {
      component_appid: provider.platform.appid,
      sets: [1, 2, 3],
    });
    await until(
      'the account has set 2',
      async () => ok(await merchant.api.get(`/api/v1/accounts/${id}`), 200).gate.open,
    );
    await system.moveClock(600_000);
    const fetch = await until('the waiting task has gone on', async () => {
      const seen = ok(await merchant.api.get(`/api/v1/fetches/${asked.id as string}`), 200);
      return seen.state === 'done' ? seen : null;
    });
    expect(fetch.tasks).toEqual({ done: 1 });
  });

  it.each([
    ['leaves it out', 'partial', { 0: 6 }],
    ['answers 61503', 'errcode', { 0: 6, 61503: 1 }],
  ])('asks again for a late day alone, and stores the others at once: WeChat %s', async (_what, mode, calls) => {
    const merchant = await makeMerchant(provider, system);
    const { id } = await authorize(system, provider, merchant.id, { account: { birth: '2020-01-01' } });
    const { now } = await system.sandbox.control('GET', 'clock');
    const yesterday = new Date(Date.parse(now) + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
    const from = new Date(Date.parse(yesterday) - 41 * 86_400_000).toISOString().slice(0, 10);
    await system.sandbox.faults({ readyHour: 23, notReadyMode: mode });
    await system.sandbox.forgetCalls();
    const asked = ok(
      await merchant.api.post('/api/v1/fetches', { scope: { accounts: [id] }, from, to: yesterday }),
      202,
    );
    const path = `/api/v1/fetches/${asked.id as string}`;
    const waiting = async (): Promise<any> => {
      const { tasks } = ok(await merchant.api.get(path), 200);
      return tasks.waiting_data === 1 ? tasks : null;
    };
    await until('all but yesterday is asked', waiting);
    const lines = (await csv(merchant.api, `accounts=${id}&from=${from}&to=${yesterday}`)).slice(1);
    expect(lines.map((line) => line[5])).toEqual([...Array<string>(41).fill('value'), 'unknown']);
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual(calls);

    await system.sandbox.control('DELETE', 'faults');
    await system.sandbox.forgetCalls();
    await system.moveClock(31 * 60_000);
    await until('yesterday is in', async () => ok(await merchant.api.get(path), 200).state === 'done');
    expect((await system.sandbox.calls('/datacube/getusercumulate'))[0]).toBe(1);
  });

  it('refreshes an expired account token once for all who wait for it', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id } = await authorize(system, provider, merchant.id);
    await system.moveClock(3 * 3_600_000);
    await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
    await system.sandbox.forgetCalls();
    const done = await fetchDays(merchant.api, { scope: { accounts: [id] }, from: '2026-01-01', to: '2026-02-28' });
    expect(done.state).toBe('done');
    expect(await system.sandbox.calls('/cgi-bin/component/api_authorizer_token')).toEqual({ 0: 1 });
    expect(await system.sandbox.calls('/cgi-bin/component/api_component_token')).toEqual({ 0: 1 });
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 9 });
  });

  it('replaces a token that WeChat no longer knows, and repeats the call once', async () => {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id);
    await fetchDays(merchant.api, { scope: { accounts: [id] }, from: '2026-02-01', to: '2026-02-07' });
    await system.sandbox.forgetCalls();
    await system.sandbox.faults({ datacubeErrcode: 40001, datacubeErrcodeCount: 1, datacubeErrcodeAppid: appid });
    const done = await fetchDays(merchant.api, { scope: { accounts: [id] }, from: '2026-01-01', to: '2026-01-07' });
    expect(done.state).toBe('done');
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 1, 40001: 1 });
    expect(await system.sandbox.calls('/cgi-bin/component/api_authorizer_token')).toEqual({ 0: 1 });
  });
});
