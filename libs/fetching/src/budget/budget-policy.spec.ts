import { LANE, type Lane } from '../task-states';
import { budgetEnd, budgetVerdicts, bulkCap, isNearCap, unreserved, type Used } from './budget-policy';

const now = new Date('2026-03-10T02:00:00Z');
const midnight = new Date('2026-03-10T16:00:00Z');
const caps = { bulkCalls: 100, platformCalls: 0, dailyReserve: 20 };
const wish = (appid: string, dailyLimit: number | null = null) => ({ appid, platformId: 'plt_1', dailyLimit });
const ask = (lane: Lane, used: Record<string, Used>, wishes = [wish('a')], some = caps) =>
  budgetVerdicts(wishes, lane, new Map(Object.entries(used)), some, now).map((verdict) =>
    verdict.open ? 'open' : verdict.because,
  );

describe('the budget of an appid', () => {
  it.each([
    [null, 100],
    [0, 100],
    [300, 60],
    [500, 100],
    [501, 100],
    [10_000, 2_000],
    [3, 1],
  ])('lets bulk work have its part: a limit of %s gives %i', (limit, cap) => {
    expect(bulkCap(caps, limit)).toBe(cap);
  });

  it('closes bulk work at the cap until midnight in Beijing, and nothing else', () => {
    const used = { a: { [LANE.bulk]: 100, [LANE.daily]: 3 } };
    expect([ask(LANE.bulk, used), ask(LANE.daily, used), ask(LANE.asked, used)].flat()).toEqual([
      'day_budget_used',
      'open',
      'open',
    ]);
    expect(budgetVerdicts([wish('a')], LANE.bulk, new Map(Object.entries(used)), caps, now)).toEqual([
      { open: false, because: 'day_budget_used', until: midnight },
    ]);
    expect(ask(LANE.bulk, { a: { [LANE.bulk]: 99, [LANE.daily]: 900 } })).toEqual(['open']);
    expect(ask(LANE.bulk, used, [wish('a', 10_000)])).toEqual(['open']);
    expect(ask(LANE.bulk, used, [wish('a')], { ...caps, bulkCalls: 0 })).toEqual(['open']);
  });

  it('is worth a look at WeChat’s own limit from four fifths on', () => {
    expect([79, 80, 100].map((n) => isNearCap(caps, n, null))).toEqual([false, true, true]);
    expect(isNearCap(caps, 100, 10_000)).toBe(false);
    expect(isNearCap({ ...caps, bulkCalls: 0 }, 1_000, null)).toBe(false);
  });
});

describe('the budget of a platform', () => {
  const limited = { ...caps, platformCalls: 10 };

  it('keeps a part for the daily run', () => {
    expect(unreserved(limited)).toBe(8);
    const full = { plt_1: { [LANE.asked]: 5, [LANE.bulk]: 3 } };
    expect([LANE.asked, LANE.bulk, LANE.daily].flatMap((lane) => ask(lane, full, [wish('a')], limited))).toEqual([
      'platform_budget_used',
      'platform_budget_used',
      'open',
    ]);
    expect(ask(LANE.asked, { plt_1: { [LANE.daily]: 2, [LANE.asked]: 7 } }, [wish('a')], limited)).toEqual(['open']);
    expect(ask(LANE.daily, { plt_1: { [LANE.daily]: 10 } }, [wish('a')], limited)).toEqual(['platform_budget_used']);
  });

  it('counts those let through before', () => {
    const wishes = ['a', 'b', 'c'].map((appid) => wish(appid));
    const used = { plt_1: { [LANE.asked]: 6 } };
    expect(ask(LANE.bulk, used, wishes, limited)).toEqual(['open', 'open', 'platform_budget_used']);
    expect(ask(LANE.daily, { plt_1: { [LANE.daily]: 8 } }, wishes, limited)).toEqual([
      'open',
      'open',
      'platform_budget_used',
    ]);
  });

  it('does not count without a limit', () => {
    expect(ask(LANE.bulk, { plt_1: { [LANE.bulk]: 1_000_000 } })).toEqual(['open']);
  });
});

it('ends the day at midnight in Beijing', () => {
  expect(budgetEnd(now)).toEqual(midnight);
  expect(budgetEnd(midnight)).toEqual(new Date('2026-03-11T16:00:00Z'));
});
