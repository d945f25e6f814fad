import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';

jest.setTimeout(120_000);

/** A Tuesday, 10:00 in Shanghai. */
const NOW = '2026-03-10T02:00:00.000Z';
/** A fifth of it is the cap of bulk calls: 100. */
const DAILY_LIMIT = 500;

describe('what is fetched by itself', () => {
  let system: System;
  let provider: Provider;

  beforeAll(async () => {
    const env = { FETCH_DAILY: '1', FETCH_BACKFILL: '1', FETCH_BULK_CALLS_A_DAY: '100' };
    system = await System.start({ now: NOW, workers: 2, env });
    provider = await makeProvider(system, await makeHost(system));
  }, 60_000);
  afterAll(() => system.stop());

  async function select<T = any>(sql: string, params: unknown[] = []): Promise<T[]> {
    const [rows] = await system.db.query(sql, params);
    return rows as T[];
  }
  /** A time of Shanghai. A ticket is good for 12 hours: WeChat pushes them all the time. Sessions end meanwhile. */
  async function clockTo(day: string, time: string): Promise<void> {
    const to = Date.parse(`${day}T${time}:00+08:00`);
    for (;;) {
      const { now } = await system.sandbox.control('GET', 'clock');
      const next = Math.min(to, Date.parse(now) + 10 * 3_600_000);
      await system.sandbox.setClock(new Date(next).toISOString());
      await new Promise((followed) => setTimeout(followed, 600));
      await system.sandbox.control('POST', 'push', { component_appid: provider.platform.appid });
      if (next === to) break;
    }
    await provider.admin.login(provider.email, provider.password);
  }
  const stored = async (appid: string): Promise<Map<string, number>> => {
    const rows = await select<{ d: string; n: number }>(
      `SELECT ref_date AS d, cumulate_user AS n FROM daily_cumulate c JOIN account a ON a.id = c.account_id
       WHERE a.appid = ? AND c.cumulate_user IS NOT NULL ORDER BY ref_date`,
      [appid],
    );
    return new Map(rows.map(({ d, n }) => [d, n]));
  };
  const backfillOf = async (appid: string): Promise<any> =>
    (
      await select(
        `SELECT t.state, t.reason, t.next_attempt_at AS at, t.cursor_date AS c FROM fetch_task t
         JOIN \`fetch\` f ON f.id = t.fetch_id JOIN account a ON a.id = t.account_id
         WHERE f.kind = 'backfill' AND a.appid = ? ORDER BY t.id`,
        [appid],
      )
    )[0];
  const calls = async (subject: string): Promise<Record<string, Record<number, number>>> => {
    const rows = await select(
      'SELECT day AS d, lane AS l, calls AS n FROM call_count WHERE subject = ? ORDER BY day, lane',
      [subject],
    );
    const days: Record<string, Record<number, number>> = {};
    for (const { d, l, n } of rows) days[d] = { ...days[d], [l]: n };
    return days;
  };
  /** At its cap, at its end, or waiting for the second answer to days that WeChat left out. */
  const rests = async (appid: string): Promise<any> => {
    let seen: any = null;
    const look = async (): Promise<boolean> => {
      seen = await backfillOf(appid);
      return seen !== undefined && ['waiting_quota', 'waiting_data', 'done'].includes(seen.state);
    };
    await until('the backfill rests', look, 40_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(seen)}`);
    });
    return seen;
  };

  it('an authorized account has its week at once, its history within its budget, and every day after it', async () => {
    const schedulePath = `/api/v1/platforms/${provider.platform.id}/schedule`;
    const lastRun = async (): Promise<string> => ok(await provider.admin.get(schedulePath), 200).lastRun?.dueAt;
    await until('the day’s run is made', async () => (await lastRun()) === '2026-03-10T00:05:00.000Z');
    // From here on who comes has its part at once, not at its place in the hour.
    const runIsWhole = async (): Promise<boolean> =>
      (await select("SELECT 1 FROM `fetch` WHERE kind = 'daily' AND expanded_at IS NOT NULL")).length === 1;
    await until('all who were there have their part', runIsWhole);
    await system.sandbox.forgetCalls();
    const merchant = await makeMerchant(provider, system);
    const account = { birth: '2023-01-01', dailyLimit: DAILY_LIMIT };
    const { id, appid } = await authorize(system, provider, merchant.id, { account });

    const capped = await rests(appid);
    expect(capped).toMatchObject({ state: 'waiting_quota', reason: 'day_budget_used' });
    expect(capped.at).toEqual(new Date('2026-03-10T16:00:00Z'));
    await until('the week is in', async () => (await stored(appid)).size === 707);
    expect(await stored(appid)).toEqual(await system.sandbox.truth(appid, '2024-04-02', '2026-03-09'));
    expect(await system.sandbox.calls('/datacube/getusercumulate')).toEqual({ 0: 101 });
    const budget = ok(await merchant.api.get(`/api/v1/accounts/${id}/budget`), 200);
    expect(budget).toEqual({
      ...{ appid, day: '2026-03-10', resetsAt: '2026-03-10T16:00:00.000Z', pausedUntil: null, bulkCap: 100 },
      used: { asked: 0, daily: 1, bulk: 100 },
      hint: { dailyLimit: DAILY_LIMIT, used: expect.any(Number), readAt: expect.any(String) },
    });
    expect(budget.hint.used).toBeGreaterThanOrEqual(80);
    const listed = ok(await merchant.api.get('/api/v1/fetches'), 200).items;
    expect(listed.map(({ kind, state }: any) => [kind, state])).toEqual([['backfill', 'running']]);
    const figures: Record<string, unknown>[] = [];

    for (const [yesterday, day] of [
      ['2026-03-10', '2026-03-11'],
      ['2026-03-11', '2026-03-12'],
      ['2026-03-12', '2026-03-13'],
    ] as const) {
      const before = (await backfillOf(appid)) as { c: string; state: string };
      await clockTo(day, '00:01');
      if (before.state === 'waiting_quota')
        await until('the backfill goes on at midnight', async () => (await backfillOf(appid)).c !== before.c);
      await rests(appid);
      await clockTo(day, '08:04');
      expect(await lastRun()).toBe(`${yesterday}T00:05:00.000Z`);
      const truth = await system.sandbox.truth(appid, yesterday, yesterday);
      await clockTo(day, '08:06');
      await until('the run is made', async () => (await lastRun()) === `${day}T00:05:00.000Z`);
      await clockTo(day, '09:10');
      await until('yesterday is in', async () => (await stored(appid)).get(yesterday) === truth.get(yesterday));
      expect((await calls(appid))[day]![2]).toBe(1);
      figures.push({ day, calls: (await calls(appid))[day], stored: (await stored(appid)).size });
    }
    process.stdout.write(`daily cycle ${JSON.stringify(figures)}\n`);

    const all = await stored(appid);
    const [first] = [...all.keys()];
    expect(all).toEqual(await system.sandbox.truth(appid, first!, '2026-03-12'));
    for (const ofDay of Object.values(await calls(appid))) {
      expect(ofDay[2]).toBe(1);
      expect(ofDay[3] ?? 0).toBeLessThanOrEqual(100);
    }
    const counted = Object.values(await calls(appid)).flatMap((ofDay) => Object.values(ofDay));
    expect(await calls(provider.platform.id)).toEqual(await calls(appid));
    // A call whose token WeChat refused is repeated, and the repetition counts.
    const answered = (await system.sandbox.calls('/datacube/getusercumulate'))['0'];
    expect(answered).toBe(counted.reduce((x, y) => x + y, 0));
    const [{ n }] = await select('SELECT COUNT(*) AS n FROM schedule_run');
    expect(n).toBe(4);
  });

  it('is switched off and moved by the provider’s administrator', async () => {
    const path = `/api/v1/platforms/${provider.platform.id}/schedule`;
    const put = (at: string, enabled = true): Promise<any> =>
      provider.admin.request('PUT', path, { daily: { enabled, at }, backfill: { enabled: false } });
    expect(ok(await put('10:30'), 200)).toMatchObject({
      ...{ daily: { enabled: true, active: true, at: '10:30' }, backfill: { enabled: false, active: false } },
      nextRunAt: expect.stringMatching(/T02:30:00.000Z$/),
    });
    expect(ok(await put('10:30', false), 200)).toMatchObject({ daily: { active: false }, nextRunAt: null });
    for (const at of ['08:04', '24:00', '8:30', 'noon']) {
      const answer = await put(at);
      expect([answer.status, answer.json.errors[0].field]).toEqual([422, 'daily.at']);
    }
  });
});
