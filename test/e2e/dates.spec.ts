import { freePort, until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';

/** 10:00 in Shanghai: yesterday, 2026-03-09, is ready. */
const NOW = '2026-03-10T02:00:00.000Z';
const CALL = '/datacube/getusercumulate';

describe('dates', () => {
  let system: System;
  let provider: Provider;
  let ops: string;

  beforeAll(async () => {
    system = await System.start({ now: NOW, workers: 0, env: { FETCH_BACKFILL: '0', FETCH_DAILY: '0' } });
    const port = String(await freePort());
    ops = `http://127.0.0.1:${port}`;
    await system.startWorker({ OPS_PORT: port });
    provider = await makeProvider(system, await makeHost(system));
  }, 60_000);
  afterEach(async () => {
    await system.sandbox.control('DELETE', 'faults');
    await system.sandbox.forgetCalls();
  });
  afterAll(() => system.stop());

  /** An account of a merchant of its own, and what the tests ask of it. */
  async function furnish(birth: string) {
    const merchant = await makeMerchant(provider, system);
    const { id, appid } = await authorize(system, provider, merchant.id, { account: { birth } });
    const rows = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await system.db.query(sql, [appid]))[0] as Record<string, unknown>[];
    return {
      appid,
      rows,
      fetch: async (days: object): Promise<string> =>
        ok(await merchant.api.post('/api/v1/fetches', { scope: { accounts: [id] }, ...days }), 202).id as string,
      task: async (fetch: string): Promise<any> =>
        ok(await merchant.api.get(`/api/v1/fetches/${fetch}/tasks`), 200).items[0],
      account: async (): Promise<Record<string, unknown> | undefined> =>
        (await rows('SELECT data_from AS f, complete_to AS c, probe_at AS p FROM account WHERE appid = ?'))[0],
      states: async (from: string, to: string): Promise<(string | undefined)[]> =>
        (await merchant.api.get(`/api/v1/reports/cumulate?accounts=${id}&from=${from}&to=${to}`)).text
          .trimEnd()
          .split('\r\n')
          .slice(1)
          .map((line) => line.split(',')[5]),
    };
  }

  const facts = `SELECT d.ref_date AS d, d.state AS s, d.cumulate_user AS n FROM daily_cumulate d JOIN account a ON a.id = d.account_id
    WHERE a.appid = ? ORDER BY 1`;

  it('goes back to the first day with data, stops eight empty windows below it, and knows all from there on', async () => {
    const { appid, fetch, task, account, rows, states } = await furnish('2025-11-05');
    const id = await fetch({ from: '2014-12-01', to: '2026-03-09' });
    await until('a second answer is waited for', async () => (await task(id)).because === 'day_missing');
    // 2025-11-05 to 2026-03-09 are 125 days: 18 windows, the last one with days before the first; then eight.
    expect(await system.sandbox.calls(CALL)).toEqual({ 0: 26 });
    await system.moveClock(10 * 60_000);
    await until('the task is over', async () => (await task(id)).state === 'done');
    expect(await task(id)).toMatchObject({ because: 'asked' });
    expect((await system.sandbox.calls(CALL))[0]).toBeLessThanOrEqual(28);
    expect(await account()).toMatchObject({ f: '2025-11-05', c: '2026-03-09', p: expect.any(Date) });
    const truth = await system.sandbox.truth(appid, '2014-12-01', '2026-03-09');
    expect(new Map((await rows(facts)).map(({ d, n }) => [d, n]))).toEqual(truth);
    expect(await rows('SELECT m.* FROM day_miss m JOIN account a ON a.id = m.account_id WHERE a.appid = ?')).toEqual(
      [],
    );
    expect(await states('2025-11-03', '2025-11-06')).toEqual(['before', 'before', 'value', 'value']);

    await system.sandbox.forgetCalls();
    const again = await fetch({ from: '2014-12-01', to: '2026-03-09' });
    const old = await fetch({ from: '2020-01-01', to: '2020-02-01', refetch: true });
    await until(
      'both are over',
      async () => (await task(again)).state === 'done' && (await task(old)).state === 'done',
    );
    expect([await task(old), await system.sandbox.calls(CALL)]).toEqual([
      expect.objectContaining({ because: 'before_data' }),
      {},
    ]);
  });

  it('takes absent back when a value appears, and keeps that it did', async () => {
    const { appid, fetch, task, rows, states } = await furnish('2020-01-01');
    await system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: '2026-02-03', cumulate_user: null });
    const days = { from: '2026-02-01', to: '2026-02-07' };
    const id = await fetch(days);
    await until('a second answer is waited for', async () => (await task(id)).state === 'waiting_data');
    await system.moveClock(10 * 60_000);
    await until('the task is over', async () => (await task(id)).state === 'done');
    expect(await states('2026-02-02', '2026-02-04')).toEqual(['value', 'absent', 'value']);
    await system.sandbox.control('PUT', `accounts/${appid}/days`, { ref_date: '2026-02-03', cumulate_user: 77 });
    const again = await fetch({ ...days, refetch: true });
    await until('it is asked again', async () => (await task(again)).state === 'done');
    expect(await states('2026-02-02', '2026-02-04')).toEqual(['value', 'value', 'value']);
    const kept = await rows(
      `SELECT ref_date AS d, old_user AS o, new_user AS n, reason FROM cumulate_revision r JOIN account a ON a.id = r.account_id
       WHERE a.appid = ?`,
    );
    expect(kept).toEqual([{ d: '2026-02-03', o: null, n: 77, reason: 'appeared' }]);
  });

  it.each([
    ['outside', 6],
    ['twice', 6],
    ['negative', 6],
    ['fraction', 6],
    ['text', 6],
    ['object', 0],
    ['backwards', 7],
  ])('stores nothing false of an answer that is odd in its rows: %s', async (oddRows, stored) => {
    const { appid, fetch, task, rows } = await furnish('2020-01-01');
    await system.sandbox.faults({ oddRows, oddRowAnswers: 1 });
    const id = await fetch({ from: '2026-02-01', to: '2026-02-07' });
    const isOdd = stored < 7;
    await until('it was asked', async () => (await task(id)).state === (isOdd ? 'waiting_data' : 'done'));
    const truth = await system.sandbox.truth(appid, '2026-02-01', '2026-02-07');
    const found = (await rows(facts)).map(({ d, n }) => [d, n] as [string, number]);
    expect([found.length, found.filter(([d, n]) => truth.get(d) !== n)]).toEqual([stored, []]);
    const calls = await rows(
      'SELECT c.outcome, c.rid FROM fetch_call c JOIN account a ON a.id = c.account_id WHERE a.appid = ?',
    );
    expect(calls).toEqual([expect.objectContaining({ outcome: isOdd ? 'unclear' : 'answered' })]);
    await system.moveClock(10 * 60_000);
    await until('the task is over', async () => (await task(id)).state === 'done');
    expect(new Map((await rows(facts)).map(({ d, n }) => [d, n]))).toEqual(truth);
  });

  it('leaves days unknown to which no answer can be used, and says so', async () => {
    const { fetch, task, states } = await furnish('2020-01-01');
    await system.sandbox.faults({ oddRows: 'text', oddRowAnswers: -1 });
    const id = await fetch({ from: '2026-02-01', to: '2026-02-07' });
    for (const calls of [1, 2]) {
      await until('it was asked', async () => (await system.sandbox.calls(CALL))[0] === calls);
      await until('it waits', async () => (await task(id)).state === 'waiting_data');
      await system.moveClock(10 * 60_000);
    }
    await until('the task is over', async () => (await task(id)).state === 'done');
    expect(await task(id)).toMatchObject({ because: 'days_unclear' });
    expect((await states('2026-02-01', '2026-02-07')).filter((state) => state === 'absent')).toEqual([]);
  }, 20_000);

  it('fails on an errcode nobody knows, with errcode and rid on the row, and counts it', async () => {
    const { fetch, task } = await furnish('2020-01-01');
    await system.sandbox.faults({ datacubeErrcode: 99_123 });
    const id = await fetch({ from: '2026-02-01', to: '2026-02-07' });
    await until('the task has failed', async () => (await task(id)).state === 'failed');
    const wechat = expect.objectContaining({ errcode: 99_123, rid: expect.stringMatching(/-/) });
    expect(await task(id)).toMatchObject({ because: 'wechat_99123', wechat });
    expect(await system.sandbox.calls(CALL)).toEqual({ 99123: 1 });
    const metrics = await fetchText(`${ops}/metrics`);
    expect(metrics).toContain('unexpected_errcodes_total{errcode="99123"} 1');
  });
});

async function fetchText(url: string): Promise<string> {
  return (await fetch(url)).text();
}
