import { FakeClock } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import mysql from 'mysql2';
import { insertManyAccounts } from '../../../../test/support/many-accounts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FetchExpander } from './fetch-expander';
import { FetchPlanner } from './fetch-plan.service';
import { FetchViews } from '../fetch-view.service';
import { FetchRepository } from '../fetch.repository';
import { FetchService } from '../fetch.service';
import { type NewFetch } from '../new-fetch';
import { LANE } from '../task-states';
import { PERSON, PROVIDER, startFetching, type FetchingProcess } from '../testing/process';

jest.setTimeout(120_000);

const clock = new FakeClock('2026-03-10T02:00:00Z');
const WEEK = { from: '2026-03-01', to: '2026-03-07', refetch: false };
const ALL = 2_345;

let db: TestDatabase;
let here: FetchingProcess;
let there: FetchingProcess;

beforeAll(async () => {
  db = await openTestDatabase();
  await insertManyAccounts(db.dataSource, ALL);
  [here, there] = [await startFetching(db.url, clock), await startFetching(db.url, clock)];
});
afterEach(() => db.dataSource.query('DELETE FROM `fetch`'));
afterAll(async () => {
  await here.close();
  await there.close();
  await db.drop();
});

const count = async (where = 'TRUE'): Promise<number> => {
  const [row] = await db.dataSource.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM fetch_task WHERE ${where}`);
  return row!.n;
};
const fetchRow = async (id: string): Promise<any> =>
  (await db.dataSource.query<any[]>('SELECT * FROM `fetch` WHERE id = ?', [id]))[0];
const ask = (scope: object, days = WEEK) => here.get(FetchService).request(PERSON, PROVIDER, { scope, ...days });
async function sweepAll(process: FetchingProcess): Promise<void> {
  while ((await process.get(FetchExpander).sweep()) > 0);
}
const opened = (fetch: Partial<NewFetch>): NewFetch => ({
  ...{ id: 'fet_1', kind: 'daily', lane: LANE.daily, scope: { platform: 'plt_1' }, reach: null, origin: null },
  ...{ providerId: 'prv_1', merchantId: null, requestedBy: 'schedule', from: '2026-03-01', to: '2026-03-07' },
  ...{ refetch: true, ignoreBefore: false, startsAt: clock.now(), spreadMs: 0, createdAt: clock.now(), ...fetch },
});
const open = (fetch: NewFetch): Promise<string> =>
  here.get(BatchedTransactions).run((batch) => here.get(FetchRepository).open(batch, fetch));

describe('a fetch over many accounts', () => {
  it('has its first page when it is accepted, and the others soon, once each, whoever sweeps', async () => {
    const { id, refused } = await ask({ platform: 'plt_1' });
    expect([await count(), (await fetchRow(id)).expanded_at]).toEqual([1_000, null]);
    expect([refused.named.length, refused.counts]).toEqual([100, { set_missing: 100 }]);
    await Promise.all([sweepAll(here), sweepAll(there), sweepAll(here)]);
    expect([await count(), await count('line = lane AND lane = 3')]).toEqual([ALL, ALL]);
    expect(await count("state = 'waiting_permission' AND reason = 'set_missing'")).toBe(234);
    expect((await fetchRow(id)).expanded_at).toEqual(clock.now());
  });

  it('goes on where a process died between reading a page and storing it', async () => {
    const { id } = await ask({ provider: 'prv_1' });
    const died = here.get(BatchedTransactions).run(async (batch) => {
      await here.get(FetchExpander).expand(batch, id);
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await count()).toBe(1_000);
    await sweepAll(there);
    expect(await count()).toBe(ALL);
  });

  it('takes in only what whoever asked could reach then', async () => {
    const scope = { accounts: ['acc_1', 'acc_101', 'acc_201'] };
    await open(opened({ kind: 'asked', scope, reach: { host: false, providerIds: [], merchantIds: ['mer_2'] } }));
    await sweepAll(here);
    expect([await count(), await count('account_id = 101')]).toEqual([1, 1]);
  });

  it('is shown to people of two merchants only when nobody else’s accounts can come to it', async () => {
    const seesIt = (merchantIds: string[]) =>
      here.get(FetchViews).isVisible({ host: false, providerIds: [], merchantIds }, 'fet_1');
    const both = { host: false, providerIds: [], merchantIds: ['mer_1', 'mer_2'] };
    await open(opened({ kind: 'asked', reach: PROVIDER, scope: { accounts: ['acc_1', 'acc_101'] } }));
    expect(await seesIt(['mer_1', 'mer_2'])).toBe(false);
    await sweepAll(here);
    expect([await seesIt(['mer_1', 'mer_2']), await seesIt(['mer_1', 'mer_3'])]).toEqual([true, false]);
    await db.dataSource.query('DELETE FROM `fetch`');
    await open(opened({ kind: 'asked', reach: both, scope: { accounts: ['acc_1', 'acc_101'] } }));
    expect(await Promise.all([['mer_1', 'mer_2', 'mer_3'], ['mer_1', 'mer_3'], ['mer_1']].map(seesIt))).toEqual([
      ...[true, false, false],
    ]);
  });

  it('does not stop at a fetch that fails', async () => {
    await open(opened({ id: 'fet_0' }));
    await db.dataSource.query("UPDATE `fetch` SET scope = 'no JSON'");
    await open(opened({ id: 'fet_1', scope: { merchant: 'mer_1' } }));
    await here.get(FetchExpander).sweep();
    expect(await count("fetch_id = 'fet_1'")).toBe(90);
  });
});

describe('what the schedule opens', () => {
  it('leaves out accounts the gate refuses and spreads the others', async () => {
    await open(opened({ spreadMs: 3_600_000 }));
    await sweepAll(here);
    expect(await count()).toBe(ALL - 234);
    const [first, last] = ['MIN', 'MAX'].map((f) => `${f}(next_attempt_at) AS ${f}`);
    const [row] = await db.dataSource.query<any[]>(`SELECT ${first}, ${last} FROM fetch_task`);
    expect(row.MIN.getTime() - clock.now().getTime()).toBeLessThan(10_000);
    expect(row.MAX.getTime() - clock.now().getTime()).toBeGreaterThan(3_590_000);
    expect(await count("next_attempt_at >= '2026-03-10 03:00:00'")).toBe(0);
  });

  it('is one fetch of an origin, however often it is opened', async () => {
    const ids = await Promise.all(['fet_1', 'fet_2', 'fet_3'].map((id) => open(opened({ id, origin: 'run:7' }))));
    expect(new Set(ids).size).toBe(1);
    const rows = await db.dataSource.query<object[]>('SELECT id FROM `fetch`');
    expect(rows).toEqual([{ id: ids[0] }]);
  });
});

describe('lanes', () => {
  it.each([
    ['an account and a week', { accounts: ['acc_1'] }, WEEK, LANE.asked],
    [
      'fifty accounts and 60 days',
      { accounts: Array.from({ length: 50 }, (_, i) => `acc_${i + 1}`) },
      { ...WEEK, from: '2026-01-07' },
      LANE.asked,
    ],
    ['fifty-one accounts', { accounts: Array.from({ length: 51 }, (_, i) => `acc_${i + 1}`) }, WEEK, LANE.bulk],
    ['61 days', { accounts: ['acc_1'] }, { ...WEEK, from: '2026-01-06' }, LANE.bulk],
  ])('are chosen by size: %s', async (_what, scope, days, lane) => {
    await ask(scope, days);
    expect(await count(`lane <> ${lane}`)).toBe(0);
  });
});

describe('a commit nobody knows the outcome of', () => {
  type Query = (sql: unknown, ...rest: unknown[]) => void;
  const driver = (mysql as unknown as { Connection: { prototype: { query: Query } } }).Connection.prototype;
  afterEach(() => jest.restoreAllMocks());

  /** The connection is lost at the first COMMIT. Returns how many there were. */
  function loseCommit(isStored: boolean, meanwhile: () => Promise<void> = () => Promise.resolve()): () => number {
    const lost = Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST' });
    const query = driver.query;
    let commits = 0;
    jest.spyOn(driver, 'query').mockImplementation(function (this: unknown, sql, ...rest) {
      const done = rest.at(-1) as (error: Error) => void;
      if (!String(sql).endsWith('COMMIT') || ++commits > 1) {
        query.call(this, sql, ...rest);
        return;
      }
      if (!isStored) return void setImmediate(done, lost);
      query.call(
        this,
        sql,
        () =>
          void meanwhile().then(() => {
            done(lost);
          }),
      );
    });
    return () => commits;
  }

  it.each([
    ['stored', true],
    ['not stored', false],
  ])('leaves one fetch with its tasks: it was %s', async (_outcome, isStored) => {
    const commits = loseCommit(isStored);
    const { id } = await ask({ merchant: 'mer_1' });
    expect(commits()).toBe(2);
    expect(await db.dataSource.query('SELECT id FROM `fetch`')).toEqual([{ id }]);
    expect(await count()).toBe(100);
  });

  it('leaves one when others had given it further pages meanwhile', async () => {
    const commits = loseCommit(true, () => sweepAll(there));
    await ask({ platform: 'plt_1' });
    expect(commits()).toBeGreaterThan(2);
    expect(await count()).toBe(ALL);
  });
});

describe('a dry run', () => {
  const plan = (scope: object, days = WEEK) => here.get(FetchPlanner).plan(PROVIDER, { scope, ...days });

  it('is exact for few accounts: days with a row and days before the first data are not asked', async () => {
    const days = [['2026-03-01'], ['2026-03-02'], ['2026-03-07']].map(([day]) => [1, day, 5, 2, clock.now(), 0]);
    await db.dataSource.query('INSERT INTO daily_cumulate VALUES ?', [days]);
    await db.dataSource.query("UPDATE account SET data_from = '2026-03-05' WHERE id = 2");
    await db.dataSource.query("UPDATE account SET data_from = '2026-03-08' WHERE id = 3");
    const scope = { accounts: ['acc_1', 'acc_2', 'acc_3', 'acc_4', 'acc_10'] };
    const february = { ...WEEK, from: '2026-02-20' };
    expect(await plan(scope)).toMatchObject({
      ...{ estimated: false, accounts: 5, windows: 3, calls: 3, time: { because: 'pace' } },
      refused: { named: [{ account: 'acc_10', because: 'set_missing' }], counts: { set_missing: 1 } },
    });
    // 9 days before the first stored one, and 4 behind the second: acc_1 needs 3 windows, acc_2 one, acc_4 three.
    expect((await plan(scope, february)).windows).toBe(7);
    expect((await plan(scope, { ...february, refetch: true })).windows).toBe(3 + 1 + 3);
    await db.dataSource.query('DELETE FROM daily_cumulate');
    await db.dataSource.query('UPDATE account SET data_from = NULL');
  });

  it('tells what a budget ends before the calls do', async () => {
    const { calls, time } = await plan({ accounts: ['acc_1'] }, { ...WEEK, from: '2014-12-01' });
    expect(calls).toBe(588);
    expect(time).toMatchObject({ because: 'appid_budget' });
    expect(time.endsAt.toISOString().slice(0, 10)).toBe('2026-03-14');
  });

  it('is an estimate for many', async () => {
    const estimate = await plan({ platform: 'plt_1' });
    expect(estimate).toMatchObject({ estimated: true, accounts: ALL });
    expect(estimate.windows).toBeGreaterThan(ALL * 0.85);
    expect(estimate.windows).toBeLessThan(ALL * 0.95);
    expect(estimate.refused.counts.set_missing).toBeGreaterThan(ALL * 0.05);
  });
});
