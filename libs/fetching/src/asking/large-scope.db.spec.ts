import { FakeClock } from '@app/kernel';
import { insertManyAccounts } from '../../../../test/support/many-accounts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FetchViews } from '../fetch-view.service';
import { FetchService } from '../fetch.service';
import { PERSON, PROVIDER, startFetching, type FetchingProcess } from '../testing/process';
import { FetchPlanner } from './fetch-plan.service';
import { FetchUpkeep } from './fetch-upkeep';

jest.setTimeout(300_000);

const ALL = 100_000;
const REFUSED = ALL / 10;
const HISTORY = { from: '2014-12-01', to: '2026-03-09', refetch: false };
const scope = { provider: 'prv_1' };

let db: TestDatabase;
let process_: FetchingProcess;

beforeAll(async () => {
  db = await openTestDatabase();
  await insertManyAccounts(db.dataSource, ALL);
  await db.dataSource.query('ANALYZE TABLE account');
  process_ = await startFetching(db.url, new FakeClock('2026-03-10T02:00:00Z'));
});
afterAll(async () => {
  await process_.close();
  await db.drop();
});

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** The best of some runs: others use this machine, too. */
async function best(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push((await timed(work)).ms);
  return Math.min(...all);
}

const counted = async (table: string): Promise<number> => {
  const [row] = await db.dataSource.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${table}`);
  return row!.n;
};
const show = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

it('asks for 100,000 accounts in the time of a thousand, and gives all of them their task in pages', async () => {
  const count = await best(5, () => counted('account'));
  const asking = process_.get(FetchService);
  const [planned, asked] = [process_.get(FetchPlanner), () => asking.request(PERSON, PROVIDER, { scope, ...HISTORY })];
  const week = { ...HISTORY, from: '2026-03-01' };
  const plans = {
    history: { scope, ...HISTORY },
    week: { scope, ...week },
    refetch: { scope, ...week, refetch: true },
  };
  const planTimes: Record<string, number> = {};
  for (const [name, request] of Object.entries(plans))
    planTimes[name] = await best(3, () => planned.plan(PROVIDER, request));

  const few = await best(3, () =>
    asking.request(PERSON, PROVIDER, {
      scope: { accounts: [...Array(1_000).keys()].map((n) => `acc_${n + 1}`) },
      ...week,
    }),
  );
  await db.dataSource.query('DELETE FROM `fetch`');
  const request = await timed(asked);
  const { id } = request.result;
  const expansion = await timed(async () => {
    while ((await process_.get(FetchUpkeep).expander.sweep()) > 0);
  });
  const view = await timed(() => process_.get(FetchViews).get(PROVIDER, id));
  const ratio = (ms: number): number => Number((ms / count).toFixed(1));
  show({ name: 'count of 100,000 accounts', value: Math.round(count), unit: 'ms' });
  show({ name: 'request for 100,000', value: Math.round(request.ms), unit: 'ms', ratio: ratio(request.ms) });
  show({ name: 'request for 1,000', value: Math.round(few), unit: 'ms', ratio: ratio(few) });
  for (const [name, ms] of Object.entries(planTimes))
    show({ name: `dry run for 100,000: ${name}`, value: Math.round(ms), unit: 'ms', ratio: ratio(ms) });
  show({ name: 'expansion of 100,000', value: Math.round(expansion.ms), unit: 'ms', ratio: ratio(expansion.ms) });
  show({ name: 'view of 100,000 tasks', value: Math.round(view.ms), unit: 'ms', ratio: ratio(view.ms) });

  expect(view.result).toMatchObject({
    ...{ state: 'running', expanding: false, calls: 0 },
    tasks: { planned: ALL - REFUSED, waiting_permission: REFUSED },
  });
  // Generous, so that a busy machine does not fail it; what grows with the accounts would be a hundred times as long.
  expect(request.ms).toBeLessThan(5 * few + 1_000);
});

it('estimates a dry run close to what is true', async () => {
  const plan = await process_.get(FetchPlanner).plan(PROVIDER, { scope, ...HISTORY });
  const windows = Math.ceil(4_117 / 7) * (ALL - REFUSED);
  expect(plan).toMatchObject({ estimated: true, accounts: ALL, time: { because: 'appid_budget' } });
  expect(plan.windows / windows).toBeGreaterThan(0.9);
  expect(plan.windows / windows).toBeLessThan(1.1);
  expect(plan.refused.named.length).toBeGreaterThan(0);
  expect(plan.refused.named.length).toBeLessThanOrEqual(100);
});
