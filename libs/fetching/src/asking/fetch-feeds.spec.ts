import { type FetchView } from '../fetch-view-policy';
import { type FetchViews } from '../fetch-view.service';
import { FetchFeeds, type FetchProgress } from './fetch-feeds';
import { progressId } from './fetch-progress';

const view = (change: Partial<FetchView> = {}): FetchView => ({
  ...{
    id: 'fet_1',
    kind: 'asked',
    merchantId: null,
    scope: '{}',
    from: '2026-03-01',
    to: '2026-03-07',
    refetch: false,
  },
  ...{ createdAt: new Date(0), cancelledAt: null, state: 'running', expanding: false, tasks: { planned: 2 }, calls: 0 },
  ...change,
});

describe('the id of a fetch’s standing', () => {
  it('is the same in whatever order rows are counted, and another after any change', () => {
    const counted = progressId(view({ tasks: { done: 1, planned: 2 } }));
    expect(progressId(view({ tasks: { planned: 2, done: 1 } }))).toBe(counted);
    const others = [
      { tasks: { done: 2, planned: 1 } },
      { calls: 1 },
      { state: 'done' as const },
      { expanding: true },
      { id: 'fet_2' },
    ];
    for (const change of others)
      expect(progressId(view({ tasks: { done: 1, planned: 2 }, ...change }))).not.toBe(counted);
  });
});

describe('fetches that people follow', () => {
  let looks: string[];
  let answer: () => Promise<FetchView | null>;
  let feeds: FetchFeeds;

  beforeEach(() => {
    jest.useFakeTimers();
    looks = [];
    answer = () => Promise.resolve(view());
    feeds = new FetchFeeds({ findById: (id: string) => (looks.push(id), answer()) } as unknown as FetchViews);
  });
  afterEach(() => {
    feeds.onModuleDestroy();
    jest.useRealTimers();
  });

  it('are looked at once a second each, however many follow, and not at all when nobody does', async () => {
    const heard = Array<number>(1_000).fill(0);
    const stops = heard.map((_, i) => feeds.watch('fet_1', () => heard[i]!++));
    await jest.advanceTimersByTimeAsync(3_500);
    expect(looks).toHaveLength(4);
    expect(new Set(heard)).toEqual(new Set([4]));
    for (const stop of stops) stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(looks).toHaveLength(4);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tell who comes later at once how they stand', async () => {
    feeds.watch('fet_1', () => undefined);
    await jest.advanceTimersByTimeAsync(10);
    const heard: (FetchProgress | null)[] = [];
    feeds.watch('fet_1', (progress) => heard.push(progress));
    expect([heard.length, looks.length]).toEqual([1, 1]);
  });

  it('are looked at again after a look that failed', async () => {
    const heard: (FetchProgress | null)[] = [];
    answer = () => Promise.reject(new Error('MySQL is away'));
    feeds.watch('fet_1', (progress) => heard.push(progress));
    await jest.advanceTimersByTimeAsync(1_500);
    expect(heard).toEqual([]);
    answer = () => Promise.resolve(view({ calls: 7 }));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(heard.map((progress) => progress?.view.calls)).toEqual([7]);
  });

  it('are looked at more seldom the longer a look takes', async () => {
    answer = async () => {
      await new Promise((counted) => setTimeout(counted, 400));
      return view();
    };
    feeds.watch('fet_1', () => undefined);
    await jest.advanceTimersByTimeAsync(8_900);
    expect(looks).toHaveLength(3);
  });

  it('may be left while they are looked at, and followed again', async () => {
    feeds.watch('fet_1', () => undefined)();
    const heard: unknown[] = [];
    feeds.watch('fet_1', (progress) => heard.push(progress));
    await jest.advanceTimersByTimeAsync(2_100);
    expect(heard).toHaveLength(3);
    expect(looks).toHaveLength(4);
  });
});
