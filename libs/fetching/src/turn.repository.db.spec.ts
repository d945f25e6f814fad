import { addDays, daysBetween, eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { type Jobs, Outbox } from '@app/platform';
import fc from 'fast-check';
import { insertAccounts } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { AccountDaysRepository } from './account-days.repository';
import { BudgetRepository } from './budget/budget.repository';
import { Budgets } from './budget/budgets.service';
import { CoverageRepository } from './coverage.repository';
import { CumulateRepository } from './cumulate.repository';
import { DayMissRepository } from './day-miss.repository';
import { DayStore } from './day-store';
import { FetchingConfig } from './fetching.config';
import { type Round } from './round';
import { TaskRepository } from './task.repository';
import { RoundNewsRepository } from './round-news.repository';
import { TurnRepository } from './turn.repository';

const BEGIN = Date.UTC(2026, 0, 15, 1, 0);
const at = (minute: number): Date => new Date(BEGIN + minute * 60_000);
const day = shanghaiDate;

/** What an answer asked for at some minute says: numbers by day, and days it lacks. */
interface Told {
  readonly minute: number;
  readonly values?: Record<string, number>;
  readonly misses?: readonly string[];
  readonly run?: string;
  readonly probed?: boolean;
  readonly isNew?: boolean;
}

describe('TurnRepository', () => {
  let db: TestDatabase;
  let rounds: TurnRepository;
  const accounts = new AccountDaysRepository();

  beforeAll(async () => {
    db = await openTestDatabase();
    const tasks = new TaskRepository(db.dataSource, db.batched);
    const misses = new DayMissRepository();
    const days = new DayStore(new CumulateRepository(db.dataSource), misses, accounts);
    rounds = new TurnRepository(
      db.batched,
      days,
      tasks,
      new Budgets(new BudgetRepository(db.dataSource), new FetchingConfig(), {} as Jobs),
      new RoundNewsRepository(new Outbox(db.dataSource)),
    );
    await insertAccounts(
      db.dataSource,
      [1, 2].map((id) => ({ id, merchant: 'mer_1' })),
    );
  });
  const forgetAll = async (): Promise<void> => {
    for (const table of ['cumulate_revision', 'daily_cumulate', 'day_miss'])
      await db.dataSource.query(`DELETE FROM ${table}`);
    await db.dataSource.query('UPDATE account SET data_from = NULL, complete_to = NULL, probe_at = NULL');
  };
  beforeEach(forgetAll);
  afterAll(() => db.drop());

  async function tell(
    { minute, values = {}, misses = [], run, probed, isNew = true }: Told,
    accountId = 1,
  ): Promise<void> {
    const calledAt = at(minute);
    const days = [...Object.keys(values), ...misses].map(day).sort();
    const found = days.length > 0 ? [{ accountId, from: days[0]!, to: days.at(-1)! }] : [];
    const round: Round = {
      values: Object.entries(values).map(([refDate, cumulateUser]) => ({
        ...{ accountId, refDate: day(refDate), cumulateUser, fetchedAt: calledAt, isNew },
      })),
      misses: misses.map((refDate) => ({ accountId, refDate: day(refDate), calledAt })),
      ...{ found, runs: run === undefined ? [] : [{ accountId, emptyTo: day(run) }] },
      ...{ probed: probed ? [accountId] : [], calls: [], updates: [], spent: [] },
    };
    await rounds.store(round, calledAt);
  }

  const query = (sql: string): Promise<Record<string, unknown>[]> => db.dataSource.query(sql);
  const facts = (): Promise<unknown[]> =>
    query('SELECT ref_date AS d, state AS s, cumulate_user AS n, revision AS r FROM daily_cumulate ORDER BY 1');
  const missed = async (): Promise<unknown[]> =>
    (await query('SELECT ref_date AS d FROM day_miss ORDER BY 1')).map(({ d }) => d);
  const revisions = (): Promise<unknown[]> =>
    query(
      'SELECT ref_date AS d, revision AS r, old_user AS o, new_user AS n, reason FROM cumulate_revision ORDER BY id',
    );
  const account = async (id = 1): Promise<Record<string, unknown>> =>
    (await query(`SELECT data_from AS f, complete_to AS c, probe_at AS p FROM account WHERE id = ${id}`))[0]!;

  it('makes a day absent after two answers ten minutes apart, and not before', async () => {
    await tell({ minute: 0, misses: ['2020-01-01', '2020-01-02'] });
    await tell({ minute: 9, misses: ['2020-01-01', '2020-01-02'] });
    expect([await facts(), await missed()]).toEqual([[], ['2020-01-01', '2020-01-02']]);
    await tell({ minute: 10, misses: ['2020-01-02'] });
    expect([await facts(), await missed()]).toEqual([[{ d: '2020-01-02', s: 1, n: null, r: 0 }], ['2020-01-01']]);
    await tell({ minute: 20, values: { '2020-01-01': 7 } });
    expect([await facts(), await missed()]).toEqual([
      [
        { d: '2020-01-01', s: 2, n: 7, r: 0 },
        { d: '2020-01-02', s: 1, n: null, r: 0 },
      ],
      [],
    ]);
    expect(await revisions()).toEqual([]);
  });

  it('lets a value replace absent whenever it was asked for, and keeps that it appeared', async () => {
    for (const minute of [0, 10]) await tell({ minute, misses: ['2020-01-01'] });
    await tell({ minute: 5, values: { '2020-01-01': 3 } });
    await tell({ minute: 7, values: { '2020-01-01': 4 } });
    await tell({ minute: 6, values: { '2020-01-01': 9 } });
    expect(await facts()).toEqual([{ d: '2020-01-01', s: 2, n: 4, r: 2 }]);
    expect(await revisions()).toEqual([
      { d: '2020-01-01', r: 1, o: null, n: 3, reason: 'appeared' },
      { d: '2020-01-01', r: 2, o: 3, n: 4, reason: 'corrected' },
    ]);
  });

  it('stores what is told of others beside an account that was removed meanwhile', async () => {
    const value = (accountId: number) => ({
      ...{ accountId, refDate: day('2020-01-01'), cumulateUser: 3, fetchedAt: at(0), isNew: true },
    });
    const [gone, nothing] = [99, { found: [], calls: [], updates: [], spent: [] }];
    const misses = [1, gone].map((accountId) => ({ accountId, refDate: day('2020-01-05'), calledAt: at(0) }));
    const runs = [{ accountId: gone, emptyTo: day('2020-01-01') }];
    await rounds.store({ ...nothing, values: [value(gone), value(2)], misses, runs, probed: [gone] }, at(0));
    expect(await query('SELECT account_id AS a FROM daily_cumulate')).toEqual([{ a: 2 }]);
    expect(await query('SELECT account_id AS a FROM day_miss')).toEqual([{ a: 1 }]);
  });

  it('never lets a value become absent', async () => {
    await tell({ minute: 0, values: { '2020-01-01': 0 } });
    for (const minute of [10, 20, 30]) await tell({ minute, misses: ['2020-01-01'] });
    expect([await facts(), await missed()]).toEqual([[{ d: '2020-01-01', s: 2, n: 0, r: 0 }], []]);
  });

  it('sets the first day with data once days up to it have a second answer, forgets what was before, plans one probe', async () => {
    const doubtful = eachDay(day('2020-03-02'), day('2020-03-09'));
    await tell({ minute: 0, misses: ['2020-02-01', ...doubtful] });
    for (const minute of [1, 11]) await tell({ minute, misses: ['2020-01-31'] });
    await tell({ minute: 1, values: { '2020-03-10': 5 }, misses: ['2020-03-12'], run: '2020-03-08' });
    expect(await account()).toEqual({ f: '2020-03-02', c: null, p: at(1 + 7 * 1440) });
    expect([await facts(), await missed()]).toEqual([
      [{ d: '2020-03-10', s: 2, n: 5, r: 0 }],
      [...doubtful, '2020-03-12'],
    ]);
    await tell({ minute: 20, misses: doubtful.slice(3) });
    expect(await account()).toMatchObject({ f: '2020-03-02', c: null });
    await tell({ minute: 20, misses: doubtful.slice(0, 3) });
    expect(await account()).toEqual({ f: '2020-03-10', c: '2020-03-10', p: at(20 + 7 * 1440) });
    expect([await facts(), await missed()]).toEqual([[{ d: '2020-03-10', s: 2, n: 5, r: 0 }], ['2020-03-12']]);
    await tell({ minute: 30, misses: ['2020-03-02'] });
    expect(await missed()).toEqual(['2020-03-12']);
  });

  it('takes the day after the run when no value is known, and believes no run above or around a value', async () => {
    await tell({ minute: 0, run: '2020-03-08' });
    expect(await account()).toMatchObject({ f: '2020-03-09', c: null });
    await tell({ minute: 0, values: { '2019-05-05': 5 } }, 2);
    await tell({ minute: 1, run: '2020-03-08' }, 2);
    expect(await account(2)).toEqual({ f: null, c: null, p: null });
  });

  it('moves the first day back to a value that turned up before it, and probes again', async () => {
    await tell({ minute: 0, values: { '2020-03-10': 5, '2020-03-11': 5 } });
    await db.dataSource.query("UPDATE account SET data_from = '2020-03-10', complete_to = '2020-03-11' WHERE id = 1");
    await tell({ minute: 5, values: { '2020-03-08': 4 } });
    expect(await account()).toEqual({ f: '2020-03-08', c: '2020-03-08', p: at(5 + 7 * 1440) });
    await tell({ minute: 6, values: { '2020-03-09': 4 } });
    expect(await account()).toMatchObject({ f: '2020-03-08', c: '2020-03-11' });
  });

  it('ends a probe that found nothing, and only when its day had come', async () => {
    await tell({ minute: 0, values: { '2020-03-10': 5 } });
    const begun = "UPDATE account SET data_from = '2020-03-10', complete_to = '2020-03-10', probe_at = ? WHERE id = 1";
    await db.dataSource.query(begun, [at(7 * 1440)]);
    await tell({ minute: 1, probed: true });
    expect((await account())['p']).toEqual(at(7 * 1440));
    await tell({ minute: 7 * 1440, run: '2020-03-01', probed: true });
    expect(await account()).toEqual({ f: '2020-03-10', c: '2020-03-10', p: null });
  });

  it('reads coverage and gaps of many ranges', async () => {
    await tell({ minute: 0, values: { '2020-01-03': 1, '2020-01-04': 1 }, misses: ['2020-01-06'] });
    const coverage = new CoverageRepository(db.dataSource);
    const range = { from: day('2020-01-01'), to: day('2020-01-08') };
    const read = await coverage.read([
      { accountId: 1, ...range },
      { accountId: 2, ...range },
    ]);
    expect([...read.keys()]).toEqual([1]);
    expect([...read.get(1)!].map(([d, { state }]) => [d, state]).toSorted()).toEqual([
      ...[['2020-01-03', 2] as const, ['2020-01-04', 2] as const],
      ['2020-01-06', 0],
    ]);
    const gaps = await coverage.gaps([
      { accountId: 1, ...range },
      { accountId: 1, from: day('2020-01-03'), to: day('2020-01-04') },
      { accountId: 2, from: range.to, to: range.from },
      { accountId: 2, ...range },
      { accountId: 1, from: day('2020-01-04'), to: day('2020-01-05') },
    ]);
    expect(gaps).toEqual([
      [
        { from: '2020-01-01', to: '2020-01-02' },
        { from: '2020-01-05', to: '2020-01-08' },
      ],
      ...[[], [], [range]],
      [{ from: '2020-01-05', to: '2020-01-05' }],
    ]);
  });

  it('keeps complete_to as a look at all facts finds it, and states move one way, whatever comes in whatever order', async () => {
    const start = day('2014-12-01');
    const told = fc.record({
      minute: fc.integer({ min: 0, max: 60 }),
      days: fc.array(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.option(fc.integer({ min: 0, max: 2 }))), {
        maxLength: 8,
      }),
      run: fc.option(fc.integer({ min: 0, max: 14 }), { freq: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(told, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), async (steps) => {
        await forgetAll();
        let before = new Map<string, number>();
        for (const step of steps) {
          // What stands together in a step is told by writers at the same time.
          await Promise.all(
            step.map(({ minute, days, run }) => {
              const byDay = new Map(days.map(([n, users]) => [addDays(start, n) as string, users]));
              const misses = [...byDay].flatMap(([d, users]) => (users === null ? [d] : []));
              const values = Object.fromEntries([...byDay].flatMap(([d, n]) => (n === null ? [] : [[d, n] as const])));
              return tell({ minute, values, misses, ...(run === null ? {} : { run: addDays(start, run) }) });
            }),
          );
          const states = new Map((await facts()).map((row) => [(row as { d: string }).d, (row as { s: number }).s]));
          const { f } = await account();
          for (const [d, state] of before)
            if (f === null || d >= (f as string)) expect(states.get(d)).toBeGreaterThanOrEqual(state);
          before = states;
          await expectComplete(states);
        }
      }),
      { numRuns: 60 },
    );

    async function expectComplete(states: ReadonlyMap<string, number>): Promise<void> {
      const kept = await account();
      const from = (kept['f'] as ShanghaiDate | null) ?? start;
      const values = [...states].flatMap(([d, s]) => (s === 2 ? [d] : [])).sort();
      if (kept['f'] !== null && values.length > 0) expect(values[0]! >= from).toBe(true);
      const known = eachDay(from, addDays(start, 40)).findIndex((d) => !states.has(d));
      expect(kept['c']).toBe(known === 0 ? null : addDays(from, known - 1));
      await db.batched.run((batch) => accounts.rebuild(batch, [1]));
      expect((await account())['c']).toBe(kept['c']);
      const noted = (await missed()) as ShanghaiDate[];
      expect([...noted.filter((d) => states.has(d)), ...[...noted, ...states.keys()].filter((d) => d < from)]).toEqual(
        [],
      );
      const [{ n }] = (await query(
        `SELECT COUNT(*) AS n FROM daily_cumulate d WHERE revision <> (SELECT COUNT(*) FROM cumulate_revision r
          WHERE r.account_id = d.account_id AND r.ref_date = d.ref_date)`,
      )) as [{ n: unknown }];
      expect(Number(n)).toBe(0);
      expect(daysBetween(start, from)).toBeGreaterThanOrEqual(0);
    }
  }, 120_000);
});
