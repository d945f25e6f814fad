import { type LaneBudget } from './fetch-budget';
import { timeAtBudget } from './fetch-time-policy';

/** 10:00 in Shanghai. */
const now = new Date('2026-03-10T02:00:00Z');
const budget: LaneBudget = { appidCalls: 100, platformCalls: null, platformUsed: 0, callsAtOnce: 10, msPerCall: 1_000 };
const need = (calls: number, used = 0) => ({ calls, used });

describe('the time a fetch takes', () => {
  it('is none when nothing is to be asked', () => {
    expect(timeAtBudget([need(0)], 1, budget, now)).toEqual({ seconds: 0, endsAt: now, because: 'nothing_to_ask' });
    expect(timeAtBudget([], 1, budget, now).seconds).toBe(0);
  });

  it('follows the pace of calls: one at a time an appid, a few at once in all', () => {
    expect(timeAtBudget([need(7)], 1, budget, now)).toMatchObject({ seconds: 7, because: 'pace' });
    expect(
      timeAtBudget(
        Array.from({ length: 50 }, () => need(2)),
        1,
        budget,
        now,
      ).seconds,
    ).toBe(10);
    expect(timeAtBudget([need(2)], 50, budget, now).seconds).toBe(10);
  });

  it('goes on after midnight in Beijing when an appid’s calls of a day are used up', () => {
    const time = timeAtBudget([need(130), need(1)], 1, budget, now);
    expect(time).toMatchObject({ because: 'appid_budget', endsAt: new Date('2026-03-10T16:00:30Z') });
    expect(timeAtBudget([need(300)], 1, budget, now).endsAt).toEqual(new Date('2026-03-11T16:01:40Z'));
  });

  it('counts what was used today', () => {
    expect(timeAtBudget([need(20, 80)], 1, budget, now).because).toBe('pace');
    expect(timeAtBudget([need(20, 81)], 1, budget, now)).toMatchObject({
      because: 'appid_budget',
      endsAt: new Date('2026-03-10T16:00:01Z'),
    });
    expect(timeAtBudget([need(1, 500)], 1, budget, now).because).toBe('appid_budget');
  });

  it('goes on after midnight when the platform’s share is used up', () => {
    const shared = { ...budget, platformCalls: 100, platformUsed: 50 };
    const time = timeAtBudget([need(1)], 170, shared, now);
    expect(time).toMatchObject({ because: 'platform_budget', endsAt: new Date('2026-03-11T16:00:02Z') });
  });
});
