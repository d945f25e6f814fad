import { viewOf } from './fetch-view-policy';
import { type StoredFetch, type Tally } from './fetch.repository';

const at = new Date('2026-03-10T02:00:00Z');
const fetch: StoredFetch = {
  ...{
    id: 'fet_1',
    kind: 'asked',
    merchantId: null,
    scope: '{}',
    from: '2026-03-01',
    to: '2026-03-07',
    refetch: false,
  },
  ...{ createdAt: at, cancelledAt: null, expandedAt: at, act: null, tally: null },
};

describe('the state of a fetch', () => {
  it.each<[string, Partial<StoredFetch>, Tally['tasks'], string]>([
    ['a task has a next attempt', {}, { done: 3, waiting_data: 1 }, 'running'],
    ['all are done', {}, { done: 3 }, 'done'],
    ['it found no account', {}, {}, 'done'],
    ['one failed', {}, { done: 3, failed: 1 }, 'failed'],
    ['accounts still get their tasks', { expandedAt: null }, { done: 3 }, 'running'],
    ['tasks are still being cancelled', { cancelledAt: at, act: 'cancel' }, { cancelled: 3 }, 'running'],
    ['tasks are still being planned again', { act: 'retry' }, { done: 3, failed: 1 }, 'running'],
    [
      'it was cancelled before all had their tasks',
      { cancelledAt: at, expandedAt: null },
      { cancelled: 3 },
      'cancelled',
    ],
    ['it was cancelled when some were done', { cancelledAt: at }, { done: 1, cancelled: 3 }, 'cancelled'],
  ])('when %s', (_when, row, tasks, state) => {
    expect(viewOf({ ...fetch, ...row }, { tasks, calls: 0 }).state).toBe(state);
  });

  it('tells nothing of the inside of the row', () => {
    expect(Object.keys(viewOf(fetch, { tasks: {}, calls: 5 })).sort()).toEqual(
      [
        ...['calls', 'cancelledAt', 'createdAt', 'expanding', 'from', 'id', 'kind', 'merchantId', 'refetch', 'scope'],
      ].concat(['state', 'tasks', 'to']),
    );
  });
});
