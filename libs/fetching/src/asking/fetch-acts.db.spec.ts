import { FakeClock } from '@app/kernel';
import { insertManyAccounts } from '../../../../test/support/many-accounts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FetchViews } from '../fetch-view.service';
import { FetchService } from '../fetch.service';
import { TaskRepository } from '../task.repository';
import { PERSON, PROVIDER, startFetching, type FetchingProcess } from '../testing/process';
import { FetchActs } from './fetch-acts';
import { FetchUpkeep } from './fetch-upkeep';

jest.setTimeout(60_000);

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
afterEach(async () => {
  await db.dataSource.query('DELETE FROM `fetch`');
  await db.dataSource.query('DELETE FROM fetch_call');
  clock.set('2026-03-10T02:00:00Z');
});
afterAll(async () => {
  await here.close();
  await there.close();
  await db.drop();
});

const all = (scope: object = { platform: 'plt_1' }): Promise<string> =>
  here
    .get(FetchService)
    .request(PERSON, PROVIDER, { scope, ...WEEK })
    .then(({ id }) => id);
const view = (id: string) => here.get(FetchViews).get(PROVIDER, id);
const acts = (process = here) => process.get(FetchActs);
const set = (change: string, where = 'TRUE') => db.dataSource.query(`UPDATE fetch_task SET ${change} WHERE ${where}`);
async function upkeep(process = here): Promise<void> {
  const { expander, acts: paged } = process.get(FetchUpkeep);
  while ((await expander.sweep()) + (await paged.sweep()) > 0);
}
const tasks = <T = any>(columns: string, where = 'TRUE'): Promise<T[]> =>
  db.dataSource.query<T[]>(`SELECT ${columns} FROM fetch_task WHERE ${where} ORDER BY account_id`);

describe('cancel', () => {
  it('ends a fetch whose accounts still get their tasks: none comes any more', async () => {
    const id = await all();
    await acts().cancel(PROVIDER, id);
    await upkeep(there);
    expect(await view(id)).toMatchObject({ state: 'cancelled', expanding: false, tasks: { cancelled: 1_000 } });
    expect(await tasks('id', 'line IS NOT NULL OR ended_at IS NULL')).toEqual([]);
  });

  it('goes on page by page elsewhere, and is done once', async () => {
    const id = await all();
    await upkeep();
    await acts().cancel(PROVIDER, id);
    expect(await view(id)).toMatchObject({ state: 'running', tasks: { cancelled: 1_000 } });
    await Promise.all([upkeep(here), upkeep(there)]);
    const done = await view(id);
    expect(done).toMatchObject({ state: 'cancelled', tasks: { cancelled: ALL } });
    clock.advance(60_000);
    await acts(there).cancel(PROVIDER, id);
    expect(await view(id)).toEqual(done);
    expect(await tasks('id', 'version <> 1')).toEqual([]);
  });

  it('fences off whoever runs a task, and leaves it the appid until it is done', async () => {
    const id = await all({ accounts: ['acc_1', 'acc_2', 'acc_3'] });
    await set(
      "state = 'queued', line = NULL, queued_at = UTC_TIMESTAMP(3), turn_id = 't', in_flight = account_id",
      'account_id < 3',
    );
    const holder = here.get(TaskRepository);
    const [task] = await tasks<{ id: number }>('id', 'account_id = 1');
    const [held] = await holder.take('t', [task!.id], 'me', 60_000);
    await acts().cancel(PROVIDER, id);
    expect(await tasks('state, in_flight AS appid, lease_owner AS owner, turn_id AS turn')).toEqual([
      { state: 'cancelled', appid: '1', owner: 'me', turn: 't' },
      { state: 'cancelled', appid: null, owner: null, turn: null },
      { state: 'cancelled', appid: null, owner: null, turn: null },
    ]);
    expect(await holder.stillHeld([held!], 'me')).toEqual([]);
  });

  it('leaves alone what is over, and says when nothing is left', async () => {
    const id = await all({ accounts: ['acc_1', 'acc_2'] });
    await set("state = 'done', line = NULL", 'account_id = 1');
    await acts().cancel(PROVIDER, id);
    expect((await view(id)).tasks).toEqual({ done: 1, cancelled: 1 });
    const over = await all({ accounts: ['acc_1'] });
    await set("state = 'done', line = NULL");
    await expect(acts().cancel(PROVIDER, over)).rejects.toMatchObject({ kind: 'conflict', code: 'fetch_over' });
  });

  it('is for those who see the fetch', async () => {
    const id = await all({ accounts: ['acc_1'] });
    const foreign = { host: false, providerIds: ['prv_2'], merchantIds: ['mer_2'] };
    const refused = [
      () => acts().cancel(foreign, id),
      () => acts().retry(foreign, id),
      () => acts().cancel(PROVIDER, 'fet_0'),
    ];
    for (const act of refused) await expect(act()).rejects.toMatchObject({ code: 'fetch_not_found' });
  });
});

describe('retry', () => {
  it('plans again what failed, from the first day on, and nothing else', async () => {
    const id = await all({ accounts: ['acc_1', 'acc_2', 'acc_3'] });
    await set(
      "state = 'failed', line = NULL, attempts = 9, passes = 3, from_date = '2026-03-05', cursor_date = '2026-03-05', ended_at = created_at, reason = 'wechat_48001'",
      'account_id = 1',
    );
    await set("state = 'waiting_data', attempts = 4", 'account_id = 2');
    await set("state = 'done', line = NULL", 'account_id = 3');
    clock.advance(60_000);
    await acts().retry(PROVIDER, id);
    const [first, second, third] = await tasks(
      'state, line, attempts, passes, from_date AS `from`, cursor_date AS `cursor`, next_attempt_at AS at, ended_at AS ended',
    );
    expect(first).toEqual({
      ...{ state: 'planned', line: 0, attempts: 0, passes: 0, from: '2026-03-01', cursor: null },
      ...{ at: clock.now(), ended: null },
    });
    expect([second.state, second.attempts, third.state]).toEqual(['waiting_data', 4, 'done']);
    await expect(acts().retry(PROVIDER, id)).rejects.toMatchObject({ kind: 'conflict', code: 'nothing_to_retry' });
  });

  it('brings back all that was cancelled, and those that had no task yet, in the middle of the cancel', async () => {
    const id = await all();
    await here.get(FetchUpkeep).expander.sweep();
    await acts().cancel(PROVIDER, id);
    expect((await view(id)).tasks.cancelled).toBe(1_000);
    await acts().retry(PROVIDER, id);
    await Promise.all([upkeep(here), upkeep(there)]);
    const { state, tasks: counts } = await view(id);
    expect([state, counts.planned! + (counts.waiting_permission ?? 0)]).toEqual(['running', ALL]);
    expect(await tasks('id', 'line IS NULL OR line NOT IN (0, lane)')).toEqual([]);
  });

  it('of a task whose call is under way waits until that is over', async () => {
    const id = await all({ accounts: ['acc_1'] });
    await set("state = 'queued', line = NULL, turn_id = 't', in_flight = 'wxa1'");
    const [task] = await tasks<{ id: number }>('id');
    await here.get(TaskRepository).take('t', [task!.id], 'me', 60_000);
    await acts().cancel(PROVIDER, id);
    await acts().retry(PROVIDER, id);
    const flight = () => tasks('state, in_flight AS appid, lease_owner AS owner');
    expect(await flight()).toEqual([{ state: 'planned', appid: 'wxa1', owner: 'me' }]);
    await here.get(TaskRepository).letGo('me', [task!.id]);
    expect(await flight()).toEqual([{ state: 'planned', appid: null, owner: null }]);
  });

  it('and cancel and retry at once end in one of both', async () => {
    const id = await all();
    await upkeep();
    await Promise.allSettled([
      acts(here).cancel(PROVIDER, id),
      acts(there).retry(PROVIDER, id),
      acts(there).cancel(PROVIDER, id),
    ]);
    await Promise.all([upkeep(here), upkeep(there)]);
    const { state, tasks: counts } = await view(id);
    if (state === 'cancelled') expect(counts).toEqual({ cancelled: ALL });
    else expect(counts.cancelled).toBeUndefined();
  });
});

describe('a fetch that is over', () => {
  const end = () => here.get(FetchUpkeep).endings.sweep();

  it('is noted with what was counted; a retry opens it again', async () => {
    const id = await all({ accounts: ['acc_1', 'acc_2'] });
    expect(await end()).toBe(0);
    await set("state = 'done', line = NULL, calls = 3", 'account_id = 1');
    await set("state = 'failed', line = NULL, calls = 1", 'account_id = 2');
    expect([await end(), await end()]).toEqual([1, 0]);
    expect(await view(id)).toMatchObject({ state: 'failed', tasks: { done: 1, failed: 1 }, calls: 4 });
    await acts().retry(PROVIDER, id);
    expect([await end(), (await view(id)).state]).toEqual([0, 'running']);
  });

  it('goes after its time, tasks first, in steps; calls go after theirs; facts and backfills stay', async () => {
    const old = await all();
    await upkeep();
    const backfill = await all({ accounts: ['acc_1'] });
    await db.dataSource.query("UPDATE `fetch` SET kind = 'backfill' WHERE id = ?", [backfill]);
    await set("state = 'done', line = NULL");
    await end();
    await db.dataSource.query('INSERT INTO daily_cumulate VALUES (1, ?, 5, 2, ?, 0)', ['2026-03-01', clock.now()]);
    const call = (at: Date) => [1, 1, '2026-03-01', '2026-03-07', at, 5, 'answered', 7];
    await db.dataSource.query(
      'INSERT INTO fetch_call (account_id, task_id, window_from, window_to, called_at, ms, outcome, row_count) VALUES ?',
      [[call(clock.now()), call(clock.now()), call(new Date('2026-06-01T00:00:00Z'))]],
    );
    const prune = () => here.get(FetchUpkeep).pruner.sweep();
    const young = await all({ accounts: ['acc_2'] });
    expect(await prune()).toBe(0);
    clock.set('2026-06-20T00:00:00Z');
    expect(await prune()).toBe(2);
    clock.set('2026-09-20T00:00:00Z');
    // Two processes share the work, or one finds it done.
    const [ours, theirs] = await Promise.all([prune(), there.get(FetchUpkeep).pruner.sweep()]);
    expect(ours + theirs).toBe(ALL + 1);
    const left = await db.dataSource.query<{ id: string }[]>('SELECT id FROM `fetch` ORDER BY id');
    expect(left.map(({ id }) => id).toSorted()).toEqual([backfill, young].toSorted());
    expect(left.map(({ id }) => id)).not.toContain(old);
    expect(await tasks('fetch_id', `fetch_id = '${old}'`)).toEqual([]);
    expect(await db.dataSource.query('SELECT account_id FROM daily_cumulate')).toHaveLength(1);
    await db.dataSource.query('DELETE FROM daily_cumulate');
  });
});

it('tells a repeated transaction that the act was begun', async () => {
  const id = await all({ accounts: ['acc_1'] });
  const transaction = here.dataSource.transaction.bind(here.dataSource) as (...args: unknown[]) => Promise<unknown>;
  let times = 0;
  const spy = jest.spyOn(here.dataSource, 'transaction').mockImplementation(async (...args: unknown[]) => {
    const result = await transaction(...args);
    if (++times === 1) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    return result;
  });
  await acts().cancel(PROVIDER, id);
  spy.mockRestore();
  expect([times, (await view(id)).state]).toEqual([2, 'cancelled']);
});
