import { shanghaiDate } from '@app/kernel';
import { Transactions } from '@app/platform';
import { insertAccounts, insertTasks } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { DispatchRepository } from './dispatch.repository';
import { SweepRepository } from './sweep.repository';
import { LANE } from './task-states';
import { advanced } from './turn-steps';
import { TaskRepository } from './task.repository';

const now = new Date('2026-01-15T02:00:00Z');
const later = new Date('2026-01-15T03:00:00Z');

describe('the rows tasks wait in', () => {
  let db: TestDatabase;
  let dispatch: DispatchRepository;
  let sweeps: SweepRepository;
  let tasks: TaskRepository;
  let transactions: Transactions;
  const rows = <T = any>(columns: string): Promise<T[]> =>
    db.dataSource.query<T[]>(`SELECT ${columns} FROM fetch_task ORDER BY id`);
  const states = async (): Promise<Record<number, string>> =>
    Object.fromEntries((await rows('id, state')).map(({ id, state }) => [id, state]));
  const promote = (at = now) => db.batched.run((batch) => dispatch.promote(batch, at));
  const queue = (turnId: string, ...taskIds: number[]) =>
    db.batched.run((batch) => dispatch.queue(batch, LANE.asked, [{ turnId, taskIds }]));

  beforeAll(async () => {
    db = await openTestDatabase();
    dispatch = new DispatchRepository(db.dataSource);
    sweeps = new SweepRepository(db.dataSource);
    transactions = new Transactions(db.dataSource);
    tasks = new TaskRepository(db.dataSource, db.batched);
    await insertAccounts(db.dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
      { id: 3, merchant: 'mer_2' },
      { id: 4, merchant: 'mer_3' },
    ]);
  });
  afterEach(() => db.dataSource.query('DELETE FROM fetch_task'));
  afterAll(() => db.drop());

  it('lets those whose time has come stand in the line of their lane, and nobody else', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1' },
      { id: 2, account: 2, merchant: 'mer_1', state: 'waiting_quota', lane: LANE.bulk },
      { id: 3, account: 3, merchant: 'mer_2', at: later },
      { id: 4, account: 4, merchant: 'mer_3', state: 'done' },
    ]);
    expect([await promote(), await promote()]).toEqual([2, 0]);
    expect((await rows('line')).map(({ line }) => line)).toEqual([1, 3, 0, null]);
    expect([
      await dispatch.nextKeys(db.dataSource, LANE.asked, '', 9),
      await dispatch.nextKeys(db.dataSource, LANE.bulk, '', 9),
    ]).toEqual([
      { keys: ['mer_1'], isEnd: true },
      { keys: ['mer_1'], isEnd: true },
    ]);
    await promote(later);
    expect(await dispatch.nextKeys(db.dataSource, LANE.asked, 'mer_1', 9)).toEqual({ keys: ['mer_2'], isEnd: true });
  });

  it('comes to everybody in a long line, a part at a time', async () => {
    const line = async (merchant: string, ids: readonly number[]) => {
      await db.dataSource.query(
        `INSERT INTO fetch_task (id, fetch_id, account_id, turn_key, from_date, to_date, state, lane, line, next_attempt_at, created_at)
         VALUES ?`,
        [
          ids.map((id) => [
            ...[id, fetchOf(id), 1, merchant, '2025-01-01', '2025-01-07', 'planned', LANE.bulk, LANE.bulk, now, now],
          ]),
        ],
      );
    };
    const fetchOf = (id: number): string => `fet_many_${id}`;
    const counted = (from: number, n: number): number[] => Array.from({ length: n }, (_, i) => from + i);
    await db.dataSource.query(
      `INSERT INTO \`fetch\` (id, provider_id, requested_by, scope, from_date, to_date, created_at, expanded_at) VALUES ?`,
      [counted(1, 12_400).map((id) => [fetchOf(id), 'prv_1', 'usr_1', '{}', '2025-01-01', '2025-01-07', now, now])],
    );
    // Eleven with 1,100 tasks each: more than a look passes.
    const long = counted(10, 11).map((n) => `mer_${n}`);
    for (const [i, merchant] of long.entries()) await line(merchant, counted(1 + i * 1_100, 1_100));
    await line('mer_30', counted(12_101, 2));
    const first = await dispatch.nextKeys(db.dataSource, LANE.bulk, '', 50);
    expect(first.isEnd).toBe(false);
    const second = await dispatch.nextKeys(db.dataSource, LANE.bulk, first.keys.at(-1)!, 50);
    expect(second.isEnd).toBe(true);
    expect([...first.keys, ...second.keys]).toEqual([...long, 'mer_30']);
    expect(await dispatch.nextKeys(db.dataSource, LANE.bulk, '', 3)).toEqual({ keys: long.slice(0, 3), isEnd: false });
    expect(await dispatch.nextKeys(db.dataSource, LANE.bulk, 'mer_20', 1)).toEqual({ keys: ['mer_30'], isEnd: true });
    expect(await dispatch.nextKeys(db.dataSource, LANE.bulk, 'mer_30', 50)).toEqual({ keys: [], isEnd: true });
  });

  it('names the first of each line: what waited longest, whatever for; no appid that has one in flight', async () => {
    const long = new Date('2026-01-10T00:00:00Z');
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', at: now },
      { id: 2, account: 2, merchant: 'mer_1', state: 'waiting_data', at: long },
      { id: 3, account: 3, merchant: 'mer_2' },
      { id: 4, account: 3, merchant: 'mer_2', state: 'running' },
    ]);
    await promote();
    const first = async (each: number) =>
      (await dispatch.firstOf(db.dataSource, LANE.asked, ['mer_1', 'mer_2'], each)).map(({ id }) => id);
    expect([await first(1), await first(5)]).toEqual([[2], [2, 1]]);
  });

  it('makes due what waits for one account’s gate or token, and nothing else', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', state: 'waiting_permission', at: later },
      { id: 2, account: 1, merchant: 'mer_1', state: 'waiting_token', at: later },
      { id: 3, account: 1, merchant: 'mer_1', state: 'waiting_quota', at: later },
      { id: 4, account: 2, merchant: 'mer_1', state: 'waiting_permission', at: later },
      { id: 5, account: 1, merchant: 'mer_1', state: 'done', at: later },
    ]);
    expect(await dispatch.resume(1, now)).toBe(2);
    const due = (await rows('id, next_attempt_at AS at')).filter(({ at }) => at <= now);
    expect(due.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('hands a queued task to one holder, and fences off whoever lost it', async () => {
    await insertTasks(db.dataSource, [{ id: 1, account: 1, merchant: 'mer_1', state: 'queued', turn: 'turn-1' }]);
    expect(await tasks.take('turn-0', [1], 'late', 60_000)).toEqual([]);
    const taken = await Promise.all(['a', 'b', 'c'].map((owner) => tasks.take('turn-1', [1], owner, 60_000)));
    expect(taken.map((held) => held.length).toSorted()).toEqual([0, 0, 1]);
    const owner = ['a', 'b', 'c'][taken.findIndex((held) => held.length === 1)]!;
    const { version } = taken.flat()[0]!;
    const update = {
      ...{ id: 1, state: 'done' as const, because: 'complete', nextAttemptAt: now, attempts: 0, cursor: null },
      ...{ errcode: null, rid: null, endedAt: now, release: true, from: shanghaiDate('2025-01-01') },
      ...{
        version,
        line: null,
        calls: 2,
        passes: 1,
        unclearDays: 3,
        emptyWindows: 8,
        emptyTo: shanghaiDate('2024-01-01'),
      },
    };
    const write = async (by: string, more = {}): Promise<number> => {
      const written = await db.batched.run((batch) => tasks.update(batch, [{ ...update, owner: by, ...more }]));
      return written.reduce((sum, { affectedRows }) => sum + affectedRows, 0);
    };
    expect([await write('somebody else'), await write(owner, { version: version - 1 })]).toEqual([0, 0]);
    expect(await states()).toEqual({ 1: 'running' });
    expect(await write(owner)).toBe(1);
    expect(await rows('state, calls, passes, unclear_days, empty_windows, empty_to, in_flight, lease_owner')).toEqual([
      {
        ...{ state: 'done', calls: 2, passes: 1, unclear_days: 3, empty_windows: 8, empty_to: '2024-01-01' },
        ...{ in_flight: null, lease_owner: null },
      },
    ]);
  });

  it('moves on tasks that were answered, each on its own, and only those still held', async () => {
    await insertTasks(
      db.dataSource,
      [1, 2, 3].map((id) => ({ id, account: id, merchant: 'mer_1', state: 'queued', turn: 'turn-1' })),
    );
    const held = await tasks.take('turn-1', [1, 2, 3], 'me', 60_000);
    await db.dataSource.query("UPDATE fetch_task SET attempts = 3, empty_windows = 2, empty_to = '2025-01-09'");
    await db.dataSource.query("UPDATE fetch_task SET state = 'cancelled', version = version + 1 WHERE id = 2");
    const cursors = ['2024-12-01', '2024-11-01', '2024-10-01'].map(shanghaiDate);
    const steps = held.map((task, n) => ({
      ...advanced({ ...task, attempts: 0 }, cursors[n]!, now),
      calls: 1,
    }));
    const written = await db.batched.run((batch) => tasks.update(batch, steps));
    expect(written.map(({ affectedRows }) => affectedRows)).toEqual([2, 0]);
    expect(await rows('state, cursor_date AS c, calls AS n, attempts AS a, empty_windows AS e, empty_to AS t')).toEqual(
      [
        { state: 'running', c: '2024-12-01', n: 1, a: 0, e: 0, t: null },
        { state: 'cancelled', c: null, n: 0, a: 3, e: 2, t: '2025-01-09' },
        { state: 'running', c: '2024-10-01', n: 1, a: 0, e: 0, t: null },
      ],
    );
    expect(await rows('version')).toEqual(held.map(({ version }) => ({ version: version + 1 })));
  });

  it('puts back in line what no job carries and what a dead holder held, and nothing else', async () => {
    const old = new Date(Date.now() - 60_000);
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', state: 'queued', queuedAt: old, turn: 'turn-lost' },
      { id: 2, account: 2, merchant: 'mer_1', state: 'queued', queuedAt: new Date(), turn: 'turn-new' },
      { id: 3, account: 3, merchant: 'mer_2', state: 'queued', queuedAt: old, turn: 'turn-dead' },
      { id: 4, account: 4, merchant: 'mer_3', state: 'queued', queuedAt: old, turn: 'turn-alive' },
    ]);
    await tasks.take('turn-dead', [3], 'dead', -1_000);
    await tasks.take('turn-alive', [4], 'alive', 60_000);
    expect(await sweeps.waitingTurns(30_000)).toEqual(['turn-lost']);
    const freed = await transactions.run((manager) => sweeps.freeOfDead(manager, now));
    const back = await transactions.run((manager) => sweeps.backInLine(manager, ['turn-lost', 'turn-alive'], now));
    expect([freed, back]).toEqual([1, 1]);
    expect(await rows('state, line, turn_id AS turn')).toEqual([
      { state: 'planned', line: 1, turn: null },
      { state: 'queued', line: null, turn: 'turn-new' },
      { state: 'planned', line: 1, turn: null },
      { state: 'running', line: null, turn: 'turn-alive' },
    ]);
  });

  it('keeps the appid of a cancelled task until its holder is done or dead', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', state: 'queued', turn: 'turn-1' },
      { id: 2, account: 2, merchant: 'mer_1', state: 'queued', turn: 'turn-2' },
    ]);
    await tasks.take('turn-1', [1], 'alive', 60_000);
    await tasks.take('turn-2', [2], 'dead', -1_000);
    await db.dataSource.query("UPDATE fetch_task SET state = 'cancelled', version = version + 1");
    const flying = async () => (await rows('in_flight')).map((row) => row.in_flight !== null);
    expect(await flying()).toEqual([true, true]);
    await transactions.run((manager) => sweeps.freeOfDead(manager, now));
    expect(await flying()).toEqual([true, false]);
    await tasks.letGo('alive', [1]);
    expect(await flying()).toEqual([false, false]);
  });

  it('never has two tasks of one appid in flight, however many dispatchers look at once', async () => {
    for (let round = 0; round < 10; round++) {
      await db.dataSource.query('DELETE FROM fetch_task');
      await insertTasks(
        db.dataSource,
        Array.from({ length: 12 }, (_, i) => ({ id: i + 1, account: (i % 2) + 1, merchant: 'mer_1', line: 1 })),
      );
      const ids = (n: number) => Array.from({ length: 6 }, (_, i) => ((i + n) % 12) + 1);
      const queued = await Promise.all([0, 3, 6, 9].map((n) => queue(`turn-${n}`, ...ids(n))));
      const flying = await rows<{ appid: string | null }>('in_flight AS appid');
      expect(flying.filter(({ appid }) => appid !== null)).toHaveLength(2);
      expect(queued.flat().flatMap(({ taskIds }) => taskIds)).toHaveLength(2);
    }
  });
});
