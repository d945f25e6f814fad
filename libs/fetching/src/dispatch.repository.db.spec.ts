import { shanghaiDate } from '@app/kernel';
import { Transactions } from '@app/platform';
import { insertAccounts, insertTasks } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { DispatchRepository } from './dispatch.repository';
import { TaskRepository } from './task.repository';

const now = new Date('2026-01-15T02:00:00Z');
const later = new Date('2026-01-15T03:00:00Z');

describe('the rows tasks wait in', () => {
  let db: TestDatabase;
  let dispatch: DispatchRepository;
  let tasks: TaskRepository;
  let transactions: Transactions;
  const states = async (): Promise<Record<number, string>> => {
    const rows = await db.dataSource.query<{ id: number; state: string }[]>('SELECT id, state FROM fetch_task');
    return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
  };

  beforeAll(async () => {
    db = await openTestDatabase();
    dispatch = new DispatchRepository(db.dataSource);
    transactions = new Transactions(db.dataSource);
    tasks = new TaskRepository(db.dataSource, transactions);
    await insertAccounts(db.dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
      { id: 3, merchant: 'mer_2' },
      { id: 4, merchant: 'mer_3' },
    ]);
  });
  afterEach(() => db.dataSource.query('DELETE FROM fetch_task'));
  afterAll(() => db.drop());

  it('names each merchant with something due once, and nobody whose time has not come', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1' },
      { id: 2, account: 2, merchant: 'mer_1', state: 'waiting_quota' },
      { id: 3, account: 3, merchant: 'mer_2', at: later },
      { id: 4, account: 4, merchant: 'mer_3', state: 'done' },
    ]);
    expect(await dispatch.dueTurnKeys(now)).toEqual(['mer_1']);
    expect((await dispatch.dueTurnKeys(later)).toSorted()).toEqual(['mer_1', 'mer_2']);
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
    const due = await db.dataSource.query<{ id: number }[]>(
      'SELECT id FROM fetch_task WHERE next_attempt_at <= ? ORDER BY id',
      [now],
    );
    expect(due.map(({ id }) => id)).toEqual([1, 2]);
    expect(await dispatch.dueTurnKeys(now)).toEqual(['mer_1']);
  });

  it('gives a task to one dispatcher only, and no second task of an account that has one under way', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1' },
      { id: 2, account: 2, merchant: 'mer_1' },
      { id: 3, account: 2, merchant: 'mer_1', state: 'running' },
    ]);
    await db.dataSource.transaction('READ COMMITTED', async (first) => {
      expect(await dispatch.lockDue(first, 'mer_1', now, 10)).toMatchObject([{ id: 1, accountId: 1 }]);
      await db.dataSource.transaction('READ COMMITTED', async (second) => {
        expect(await dispatch.lockDue(second, 'mer_1', now, 10)).toEqual([]);
      });
    });
  });

  it('hands a queued task to one holder, and fences off whoever lost it', async () => {
    await insertTasks(db.dataSource, [{ id: 1, account: 1, merchant: 'mer_1', state: 'queued' }]);
    const taken = await Promise.all(['a', 'b', 'c'].map((owner) => tasks.take([1], owner, 60_000)));
    expect(taken.map((held) => held.length).toSorted()).toEqual([0, 0, 1]);
    const owner = ['a', 'b', 'c'][taken.findIndex((held) => held.length === 1)]!;
    const update = {
      ...{ id: 1, state: 'done' as const, because: 'complete', nextAttemptAt: now, attempts: 0, cursor: null },
      ...{ errcode: null, rid: null, endedAt: now, release: true, from: shanghaiDate('2025-01-01') },
    };
    expect(await tasks.update(db.dataSource.manager, 'somebody else', [update], 60_000)).toBe(0);
    expect(await states()).toEqual({ 1: 'running' });
    expect(await tasks.update(db.dataSource.manager, owner, [update], 60_000)).toBe(1);
    expect(await states()).toEqual({ 1: 'done' });
  });

  it('takes back what Redis lost and what a dead holder held, and nothing else', async () => {
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', state: 'queued', queuedAt: new Date(Date.now() - 60_000) },
      { id: 2, account: 2, merchant: 'mer_1', state: 'queued', queuedAt: new Date() },
      { id: 3, account: 3, merchant: 'mer_2', state: 'queued', queuedAt: new Date() },
      { id: 4, account: 4, merchant: 'mer_3', state: 'queued', queuedAt: new Date() },
    ]);
    await tasks.take([3], 'dead', -1_000);
    await tasks.take([4], 'alive', 60_000);
    expect(await transactions.run((manager) => dispatch.reclaim(manager, 30_000, now))).toBe(2);
    expect(await states()).toEqual({ 1: 'planned', 2: 'queued', 3: 'planned', 4: 'running' });
  });

  it('lets what waited longest go first, whatever it waited for', async () => {
    const long = new Date('2026-01-10T00:00:00Z');
    await insertTasks(db.dataSource, [
      { id: 1, account: 1, merchant: 'mer_1', at: now },
      { id: 2, account: 2, merchant: 'mer_1', state: 'waiting_data', at: long },
    ]);
    const first = await db.dataSource.transaction('READ COMMITTED', (manager) =>
      dispatch.lockDue(manager, 'mer_1', now, 1),
    );
    expect(first.map(({ id }) => id)).toEqual([2]);
  });

  it('never queues two tasks of one account, however many dispatchers look at once', async () => {
    for (let round = 0; round < 10; round++) {
      await db.dataSource.query('DELETE FROM fetch_task');
      await insertTasks(
        db.dataSource,
        Array.from({ length: 12 }, (_, i) => ({ id: i + 1, account: (i % 2) + 1, merchant: 'mer_1' })),
      );
      await Promise.all(
        Array.from({ length: 4 }, () =>
          transactions.run(async (manager) => {
            const due = await dispatch.lockDue(manager, 'mer_1', now, 4);
            await dispatch.markQueued(
              manager,
              due.map(({ id }) => id),
            );
          }),
        ),
      );
      const doubled = await db.dataSource.query(
        "SELECT account_id FROM fetch_task WHERE state = 'queued' GROUP BY account_id HAVING COUNT(*) > 1",
      );
      expect(doubled).toEqual([]);
    }
  });
});
