import { FakeClock } from '@app/kernel';
import { type JobContract, type Jobs } from '@app/platform';
import { insertAccounts, insertTasks } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { DispatchRepository } from './dispatch.repository';
import { Dispatcher } from './dispatcher.service';
import { FetchingConfig } from './fetching.config';
import { type FetchTurn } from './fetching.jobs';
import { LANE } from './task-states';

describe('Dispatcher', () => {
  let db: TestDatabase;
  let dispatcher: Dispatcher;
  let jobs: { queue: string; taskIds: readonly number[] }[];

  beforeAll(async () => {
    db = await openTestDatabase();
    const merchants = [1, 2, 3].map((id) => ({ id, merchant: `mer_${id}` }));
    await insertAccounts(db.dataSource, merchants);
  });
  beforeEach(() => {
    jobs = [];
    const enqueueMany = ({ queue }: JobContract<FetchTurn>, turns: readonly FetchTurn[]): Promise<boolean> => {
      jobs.push(...turns.map(({ taskIds }) => ({ queue, taskIds })));
      return Promise.resolve(true);
    };
    const config = Object.assign(new FetchingConfig(), { FETCH_QUEUE_TASKS: 4, FETCH_TURN_TASKS: 1 });
    const clock = new FakeClock(new Date('2026-01-15T02:00:00Z'));
    const repository = new DispatchRepository(db.dataSource);
    dispatcher = new Dispatcher(repository, db.batched, { enqueueMany } as unknown as Jobs, clock, config);
  });
  afterEach(() => db.dataSource.query('DELETE FROM fetch_task'));
  afterAll(() => db.drop());

  const task = (id: number, account: number, lane: number) => ({
    ...{ id, account, merchant: `mer_${account}`, lane, line: lane, fetch: `fet_${id}` },
  });

  it('gives an account the turn of its most urgent task, on the queue of that lane', async () => {
    await insertTasks(db.dataSource, [task(1, 1, LANE.bulk), task(2, 1, LANE.daily), task(3, 1, LANE.asked)]);
    await insertTasks(db.dataSource, [task(4, 2, LANE.bulk), task(5, 2, LANE.daily)]);
    expect(await dispatcher.dispatch()).toBe(false);
    expect(jobs).toEqual([
      { queue: 'fetching-asked', taskIds: [3] },
      { queue: 'fetching', taskIds: [5] },
    ]);
  });

  it('leaves the other lanes alone when it looks at what is asked', async () => {
    await insertTasks(db.dataSource, [task(1, 1, LANE.bulk), task(2, 2, LANE.asked)]);
    await dispatcher.dispatch([LANE.asked]);
    expect(jobs).toEqual([{ queue: 'fetching-asked', taskIds: [2] }]);
  });

  it('queues no more than there is room for, and goes on from there', async () => {
    await insertTasks(db.dataSource, [task(1, 1, LANE.asked), task(2, 2, LANE.asked), task(3, 3, LANE.asked)]);
    expect(await dispatcher.dispatch()).toBe(false);
    expect(jobs.flatMap(({ taskIds }) => taskIds)).toEqual([1, 2]);
    await db.dataSource.query("UPDATE fetch_task SET state = 'done', in_flight = NULL WHERE state = 'queued'");
    expect(await dispatcher.dispatch()).toBe(false);
    expect(jobs.flatMap(({ taskIds }) => taskIds)).toEqual([1, 2, 3]);
  });
});
