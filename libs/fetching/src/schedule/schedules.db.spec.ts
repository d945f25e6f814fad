import { type AccountDirectory, type AccountScopes, type FetchableAccount } from '@app/credentials';
import { FakeClock, shanghaiDate, shanghaiInstant } from '@app/kernel';
import { BatchedTransactions, type Batch } from '@app/platform';
import { Logger } from '@nestjs/common';
import { insertAccounts } from '../../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FetchExpander } from '../asking/fetch-expander';
import { firstAttemptAt } from '../asking/fetch-page-policy';
import { FetchPageRepository } from '../asking/fetch-page.repository';
import { FetchRepository } from '../fetch.repository';
import { FetchingConfig } from '../fetching.config';
import { TaskResume } from '../task-resume.service';
import { DispatchRepository } from '../dispatch.repository';
import { Arrivals, DailyArrivals } from './arrivals.service';
import { ArrivalsRepository } from './arrivals.repository';
import { Backfills } from './backfills.service';
import { DailyJoins } from './daily-joins.service';
import { DailyRuns } from './daily-runs.service';
import { Gaps } from './gaps.service';
import { Openings } from './openings';
import { Probes } from './probes.service';
import { ScheduleRepository } from './schedule.repository';

const at = (day: string, hour = 8, minute = 5): Date => shanghaiInstant(shanghaiDate(day), hour, minute);

/** Fails at one statement of a transaction, as a process that is killed does. */
class DyingTransactions extends BatchedTransactions {
  /** The how-manieth statement is the last; 0: none. */
  diesAt = 0;

  override run<T>(work: (batch: Batch) => T | Promise<T>): Promise<T> {
    return super.run(async (batch) => {
      let n = 0;
      const count = (): void => {
        if (++n === this.diesAt) throw new Error('killed');
      };
      const value = await work({
        later: (...args) => (count(), batch.later(...args)),
        query: (...args) => (count(), batch.query(...args)),
        last: (...args) => (count(), batch.last(...args)),
      });
      if (this.diesAt === n + 1) throw new Error('killed before commit');
      return value;
    });
  }
}

describe('what is fetched by itself', () => {
  let db: TestDatabase;
  let clock: FakeClock;
  let config: FetchingConfig;
  let transactions: DyingTransactions;
  let schedules: ScheduleRepository;
  let arrivals: ArrivalsRepository;
  let accounts: AccountDirectory;
  let scopes: AccountScopes;
  let gate: Partial<FetchableAccount['gate']>;

  const query = <T = any>(sql: string, params: unknown[] = []): Promise<T[]> => db.dataSource.query<T[]>(sql, params);
  const pages = () => new FetchPageRepository(db.dataSource);
  const expander = () => new FetchExpander(pages(), scopes, transactions, clock);
  const openings = () => new Openings(new FetchRepository(db.dataSource), expander(), transactions, config);
  const runs = () => new DailyRuns(schedules, openings(), transactions, config, clock);
  const joins = () => new DailyJoins(accounts, arrivals, pages(), transactions, clock);
  const gaps = () => new Gaps(accounts, arrivals, openings(), config, clock);
  const backfills = () => new Backfills(accounts, arrivals, openings(), config, clock);
  const usable = (id: number) => {
    const resume = new TaskResume(new DispatchRepository(db.dataSource), clock);
    return new Arrivals(accounts, arrivals, resume, backfills(), new DailyArrivals(joins(), gaps())).usable(id);
  };
  const fetches = (kind: string) =>
    query(
      `SELECT id, from_date AS f, to_date AS t, origin, lane, refetch, expanded_at AS e FROM \`fetch\` WHERE kind = ? ORDER BY created_at, origin`,
      [kind],
    );
  const ranges = async (kind: string) => (await fetches(kind)).map(({ f, t }) => [f, t]);
  const tasks = (kind: string) =>
    query(
      `SELECT t.account_id AS account, t.lane, t.line, t.from_date AS f, t.to_date AS t, t.refetch, t.ignore_before AS i,
         t.next_attempt_at AS at, t.turn_key AS k FROM fetch_task t JOIN \`fetch\` x ON x.id = t.fetch_id
       WHERE x.kind = ? ORDER BY t.account_id, t.id`,
      [kind],
    );

  beforeAll(async () => {
    Logger.overrideLogger(false);
    db = await openTestDatabase();
    await insertAccounts(db.dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
      { id: 3, merchant: 'mer_2' },
      { id: 4, merchant: 'mer_2', sets: [1] },
    ]);
    transactions = new DyingTransactions(db.dataSource);
    schedules = new ScheduleRepository(db.dataSource);
    arrivals = new ArrivalsRepository(db.dataSource);
    accounts = { fetchable } as unknown as AccountDirectory;
    scopes = {
      select: () => Promise.resolve({}),
      page: async (_selection: object, after: number) =>
        [...(await fetchable([1, 2, 3, 4])).values()].filter(({ id }) => id > after),
    } as unknown as AccountScopes;
  });
  beforeEach(() => {
    clock = new FakeClock(at('2026-03-10'));
    config = new FetchingConfig();
    transactions.diesAt = 0;
    gate = {};
  });
  afterEach(async () => {
    for (const table of ['fetch_task', '`fetch`', 'schedule_run', 'schedule', 'daily_cumulate'])
      await query(`DELETE FROM ${table}`);
    await query("UPDATE account SET probe_at = NULL, data_from = NULL, state = 'authorized'");
  });
  afterAll(async () => {
    await transactions.onApplicationShutdown();
    await db.drop();
  });

  /** Accounts as the directory gives them; the gate is told by the test. */
  async function fetchable(ids: readonly number[]): Promise<Map<number, FetchableAccount>> {
    const rows = await query(
      `SELECT a.id, a.public_id AS publicId, a.merchant_id AS merchantId, a.platform_id AS platformId, a.data_from AS dataFrom,
         'prv_1' AS providerId FROM account a WHERE a.id IN (?)`,
      [[...ids, 0]],
    );
    const open = {
      ...{ state: 'authorized', incompleteBecause: null, kind: 'official_account' },
      ...{ verifyType: 0, accountStatus: 1 },
    };
    return new Map(rows.map((row) => [row.id, { ...row, gate: { ...open, setIds: [row.id === 4 ? 1 : 2], ...gate } }]));
  }

  describe('the daily run', () => {
    it('is one, however many workers look at once', async () => {
      const made = await Promise.all([1, 2, 3].map(() => runs().sweep()));
      expect(made.reduce((sum, n) => sum + n, 0)).toBe(1);
      const [run] = await query('SELECT id, due_at AS d, fetch_id AS f FROM schedule_run');
      const [fetch, ...others] = await fetches('daily');
      expect(others).toEqual([]);
      expect(fetch).toEqual({
        ...{ id: run.f, origin: `run:${run.id}`, lane: 2, refetch: 1, e: null },
        ...{ f: '2026-03-03', t: '2026-03-09' },
      });
      expect(run.d).toEqual(at('2026-03-10'));
      expect(await query('SELECT scope, reach, provider_id AS p, requested_by AS r FROM `fetch`')).toEqual([
        { scope: '{"platform":"plt_1"}', reach: null, p: 'prv_1', r: 'schedule' },
      ]);
    });

    it('is not made before 08:05, nor twice on a day, nor again when the clock goes back', async () => {
      clock.set(at('2026-03-10', 8, 4));
      expect(await runs().sweep()).toBe(0);
      clock.set(at('2026-03-10'));
      expect([await runs().sweep(), await runs().sweep()]).toEqual([1, 0]);
      for (const back of [at('2026-03-10', 8, 4), at('2026-03-05', 12), at('2026-03-10', 23, 59)]) {
        clock.set(back);
        expect(await runs().sweep()).toBe(0);
      }
      await query("UPDATE schedule SET minute_of_day = 1200 WHERE kind = 'daily'");
      expect(await runs().sweep()).toBe(0);
      clock.set(at('2026-03-11', 20));
      expect(await runs().sweep()).toBe(1);
    });

    it.each([
      [5, '2026-03-08'],
      [20, '2026-03-10'],
    ])('is one after %i days of downtime, and holds all of them', async (days, from) => {
      await runs().sweep();
      clock.advance(days * 86_400_000);
      expect((await Promise.all([runs().sweep(), runs().sweep()])).sort()).toEqual([0, 1]);
      const to = new Date(Date.UTC(2026, 2, 9 + days)).toISOString().slice(0, 10);
      expect(await ranges('daily')).toEqual([
        ['2026-03-03', '2026-03-09'],
        [from, to],
      ]);
    });

    it('is whole or not there, wherever a worker is killed, and the next look makes it', async () => {
      let killed = 0;
      for (transactions.diesAt = 1; ; transactions.diesAt++) {
        const outcome = await runs()
          .sweep()
          .catch((error: unknown) => error);
        if (outcome === 1) break;
        expect(outcome).toMatchObject({ message: expect.stringMatching(/^killed/) });
        killed++;
        expect(await query('SELECT id FROM schedule_run UNION ALL SELECT id FROM `fetch`')).toEqual([]);
      }
      expect(killed).toBeGreaterThanOrEqual(8);
      expect(await query('SELECT COUNT(*) AS n FROM schedule_run r JOIN `fetch` f ON f.id = r.fetch_id')).toEqual([
        { n: 1 },
      ]);
      expect(await runs().sweep()).toBe(0);
    });

    it('is not made where it is switched off, on the platform or for all', async () => {
      config.FETCH_DAILY = 0;
      expect(await runs().sweep()).toBe(0);
      config.FETCH_DAILY = 1;
      await schedules.ensure(clock.now());
      await query("UPDATE schedule SET enabled = 0 WHERE kind = 'daily'");
      expect(await runs().sweep()).toBe(0);
    });
  });

  it('gives every account that may be asked for its part of the run, at its place in the hour', async () => {
    await runs().sweep();
    expect(await expander().sweep()).toBe(1);
    const start = at('2026-03-10');
    const place = (id: number): Date => firstAttemptAt(id, { startsAt: start, spreadMs: 3_600_000 });
    expect(await tasks('daily')).toEqual(
      [1, 2, 3].map((account) => ({
        ...{ account, lane: 2, line: 0, f: '2026-03-03', t: '2026-03-09', refetch: 1, i: 0 },
        ...{ at: place(account), k: account === 3 ? 'mer_2' : 'mer_1' },
      })),
    );
    for (let id = 1; id < 1_000; id++) {
      const ms = place(id).getTime() - start.getTime();
      expect(ms >= 0 && ms < 3_600_000).toBe(true);
    }
  });

  describe('an account whose gate opens during the day', () => {
    beforeEach(async () => {
      await runs().sweep();
      gate = { verifyType: -1 };
      await expander().sweep();
    });

    it('has its part of the run when it opens, once', async () => {
      await query("UPDATE `fetch` SET over_at = created_at, tally = '{}'");
      expect([await usable(1), await joins().sweep()]).toEqual([false, 0]);
      gate = {};
      clock.set(at('2026-03-10', 15, 0));
      expect(await Promise.all([usable(1), usable(1)])).toContain(true);
      expect((await tasks('daily')).map((task) => [task.account, task.at])).toEqual([[1, clock.now()]]);
      expect(await query("SELECT over_at AS o, tally AS t FROM `fetch` WHERE kind = 'daily'")).toEqual([
        { o: null, t: null },
      ]);
      expect(await joins().sweep()).toBe(2);
      expect([await joins().sweep(), await usable(1), await usable(4)]).toEqual([0, false, false]);
      expect((await tasks('daily')).map(({ account, f, t }) => [account, f, t])).toEqual(
        [1, 2, 3].map((account) => [account, '2026-03-03', '2026-03-09']),
      );
    });

    it('has none when the fetch was cancelled, or daily runs are switched off meanwhile', async () => {
      gate = {};
      config.FETCH_BACKFILL = 0;
      await query('UPDATE `fetch` SET cancelled_at = created_at');
      expect([await usable(1), await joins().sweep()]).toEqual([false, 0]);
      await query('UPDATE `fetch` SET cancelled_at = NULL');
      await query("UPDATE schedule SET enabled = 0 WHERE kind = 'daily'");
      expect([await usable(1), await joins().sweep()]).toEqual([false, 0]);
      expect(await tasks('daily')).toEqual([]);
    });

    it('has the days it missed before the run’s week, too, where backfills are on', async () => {
      gate = {};
      for (const [id, day] of [
        [1, '2026-02-10'],
        [2, '2026-03-02'],
      ])
        await query('INSERT INTO daily_cumulate VALUES (?, ?, 5, 1, ?, 0)', [id, day, clock.now()]);
      await query("INSERT INTO daily_cumulate VALUES (1, '2026-03-09', 5, 1, ?, 0)", [clock.now()]);
      config.FETCH_BACKFILL = 0;
      await joins().sweep();
      expect([await usable(1), await gaps().sweep(), await ranges('backfill')]).toEqual([false, 0, []]);
      config.FETCH_BACKFILL = 1;
      const again = gaps();
      expect([await again.sweep(), await again.sweep(), await gaps().sweep()]).toEqual([1, 0, 1]);
      expect(await ranges('backfill')).toEqual([['2026-02-11', '2026-03-02']]);
      expect(await tasks('backfill')).toMatchObject([{ account: 1, lane: 3, refetch: 0 }]);
    });
  });

  describe('the backfill', () => {
    it('begins once for each usable account, whoever tells or finds it', async () => {
      await schedules.ensure(clock.now());
      await Promise.all([backfills().begin(1), backfills().begin(1), backfills().begin(4)]);
      await Promise.all([backfills().sweep(), backfills().sweep()]);
      expect(await backfills().sweep()).toBe(0);
      expect((await fetches('backfill')).map(({ origin, f, t, lane }) => [origin, f, t, lane])).toEqual(
        [1, 2, 3].map((id) => [`backfill:${id}`, '2014-12-01', '2026-03-02', 3]),
      );
      expect((await tasks('backfill')).map(({ account }) => account)).toEqual([1, 2, 3]);
      expect(await query('SELECT DISTINCT merchant_id AS m FROM `fetch` ORDER BY m')).toEqual([
        { m: 'mer_1' },
        { m: 'mer_2' },
      ]);
    });

    it('is not made where it is switched off, nor for who is refused', async () => {
      config.FETCH_BACKFILL = 0;
      expect([await backfills().begin(1), await backfills().sweep()]).toEqual([false, 0]);
      config.FETCH_BACKFILL = 1;
      gate = { accountStatus: 16 };
      expect([await backfills().begin(1), await backfills().sweep()]).toEqual([false, 0]);
      gate = {};
      await schedules.ensure(clock.now());
      await query("UPDATE schedule SET enabled = 0 WHERE kind = 'backfill'");
      expect([await backfills().begin(1), await backfills().sweep()]).toEqual([false, 0]);
      expect(await fetches('backfill')).toEqual([]);
    });

    it('goes up to what is ready where there is no daily run', async () => {
      config.FETCH_DAILY = 0;
      await backfills().begin(1);
      expect(await ranges('backfill')).toEqual([['2014-12-01', '2026-03-09']]);
    });

    it('loses nothing to a worker that is killed', async () => {
      for (transactions.diesAt = 1; transactions.diesAt < 10; transactions.diesAt++) {
        await backfills()
          .sweep()
          .catch(() => null);
        const [{ fetches: f, tasks: t }] = await query(
          'SELECT (SELECT COUNT(*) FROM `fetch`) AS fetches, (SELECT COUNT(*) FROM fetch_task) AS tasks',
        );
        expect(f).toBe(t);
      }
      transactions.diesAt = 0;
      await backfills().sweep();
      expect((await fetches('backfill')).length).toBe(3);
    });

    it('finds those without by the index of its origin', async () => {
      await backfills().sweep();
      const asked = jest.spyOn(db.dataSource, 'query');
      await arrivals.withoutBackfill({ after: 0, limit: 500 });
      const [sql, params] = asked.mock.calls[0]!;
      asked.mockRestore();
      const plan = await query(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, params as unknown[]);
      expect(plan.find(({ table }) => table === 'f')).toMatchObject({ key: 'UQ_fetch_origin' });
    });
  });

  it('probes the week before the first data of an account, once a due time', async () => {
    await query("UPDATE account SET data_from = '2020-01-08', probe_at = ? WHERE id IN (1, 2, 4)", [clock.now()]);
    await query("UPDATE account SET data_from = '2014-12-01', probe_at = ? WHERE id = 3", [clock.now()]);
    const probes = (): Probes => new Probes(accounts, arrivals, openings(), clock);
    await Promise.all([probes().sweep(), probes().sweep()]);
    expect(await probes().sweep()).toBe(0);
    expect(await tasks('probe')).toMatchObject(
      [1, 2].map((account) => ({ account, lane: 3, i: 1, refetch: 0, f: '2020-01-01', t: '2020-01-07' })),
    );
    expect((await fetches('probe')).map(({ origin }) => origin)).toEqual(['probe:1:2026-03-10', 'probe:2:2026-03-10']);
    expect(await query('SELECT id FROM account WHERE probe_at IS NOT NULL')).toEqual([{ id: 4 }]);
  });
});
