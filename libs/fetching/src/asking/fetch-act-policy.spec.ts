import { ACTED, actVerdict, type ActedFetch, type FetchAct } from './fetch-act-policy';

const fetch: ActedFetch = { act: null, isCancelled: false, isExpanded: true, hasTasks: true };

describe('acts on a fetch', () => {
  it('reach every task that may still be cancelled, and every one that failed or was', () => {
    expect(ACTED.retry).toEqual(['failed', 'cancelled']);
    expect(ACTED.cancel.toSorted()).toEqual(
      [
        'planned',
        'queued',
        'running',
        'waiting_data',
        'waiting_permission',
        'waiting_quota',
        'waiting_token',
      ].toSorted(),
    );
  });

  it.each<[string, FetchAct, Partial<ActedFetch>, string]>([
    ['cancel what runs', 'cancel', {}, 'begin'],
    ['cancel what still gets its tasks', 'cancel', { isExpanded: false, hasTasks: false }, 'begin'],
    ['cancel in the middle of a retry', 'cancel', { act: 'retry' }, 'begin'],
    ['cancel once more', 'cancel', { isCancelled: true, hasTasks: false }, 'done_before'],
    ['cancel once more while it goes on', 'cancel', { isCancelled: true, act: 'cancel' }, 'done_before'],
    ['cancel what is over', 'cancel', { hasTasks: false }, 'nothing_to_do'],
    ['retry what failed', 'retry', {}, 'begin'],
    ['retry in the middle of a cancel', 'retry', { act: 'cancel', isCancelled: true }, 'begin'],
    ['retry what was cancelled before it had a task', 'retry', { isCancelled: true, hasTasks: false }, 'begin'],
    ['retry once more while it goes on', 'retry', { act: 'retry' }, 'done_before'],
    ['retry where nothing failed', 'retry', { hasTasks: false }, 'nothing_to_do'],
  ])('%s', (_what, act, change, verdict) => {
    expect(actVerdict(act, { ...fetch, ...change })).toBe(verdict);
  });
});
