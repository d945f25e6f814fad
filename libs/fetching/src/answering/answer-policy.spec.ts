import { addDays, eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { TASK_STATES, type TaskState } from '../task-states';
import { areLate, askedVerdict, missingDays, originOf, rangeOf } from './answer-policy';

const now = new Date('2026-03-10T02:00:00Z');
const day = (n: number): ShanghaiDate => addDays(shanghaiDate('2026-03-01'), n - 1);
const window = { from: day(3), to: day(9) };
const stored = (...days: ShanghaiDate[]) => days.map((refDate) => ({ refDate, cumulateUser: 1 }));

describe('missingDays', () => {
  it('are those without a row, absent ones being known', () => {
    expect(missingDays(window, [], null, now)).toEqual(eachDay(day(3), day(9)));
    expect(missingDays(window, [{ refDate: day(4), cumulateUser: null }], null, now)).not.toContain(day(4));
    expect(missingDays(window, stored(...eachDay(day(3), day(9))), null, now)).toEqual([]);
    expect(missingDays(window, stored(day(3), day(5), day(9)), null, now)).toEqual([day(4), day(6), day(7), day(8)]);
  });

  it('begin with the account’s data, and with WeChat’s', () => {
    expect(missingDays(window, [], day(8), now)).toEqual([day(8), day(9)]);
    expect(missingDays(window, [], day(12), now)).toEqual([]);
    const old = { from: shanghaiDate('2014-11-28'), to: shanghaiDate('2014-12-02') };
    expect(missingDays(old, [], null, now)).toEqual(['2014-12-01', '2014-12-02']);
    expect(missingDays(old, [], shanghaiDate('2014-11-30'), now)).toEqual(['2014-12-01', '2014-12-02']);
  });

  it('end with what WeChat can have by now', () => {
    expect(missingDays({ from: day(8), to: day(9) }, [], null, new Date('2026-03-09T23:59:59Z'))).toEqual([day(8)]);
    expect(missingDays({ from: day(9), to: day(9) }, [], null, new Date('2026-03-09T23:59:59Z'))).toEqual([]);
    expect(missingDays({ from: day(9), to: day(9) }, [], null, new Date('2026-03-10T00:00:00Z'))).toEqual([day(9)]);
  });
});

it('late days are the last three', () => {
  expect(areLate([day(7), day(9)], now)).toBe(true);
  expect(areLate([day(6), day(9)], now)).toBe(false);
});

it('one origin stands for the same days of an account within ten minutes, whatever was asked around them', () => {
  const days = [day(4), day(6)];
  expect(rangeOf(days)).toEqual({ from: day(4), to: day(6) });
  const origin = originOf(7, days, now);
  expect(originOf(7, [day(4), day(5), day(6)], new Date(now.getTime() + 599_999))).toBe(origin);
  expect(originOf(7, days, new Date(now.getTime() + 600_000))).not.toBe(origin);
  expect(originOf(8, days, now)).not.toBe(origin);
  expect(originOf(4_294_967_295, days, now).length).toBeLessThanOrEqual(96);
});

describe('askedVerdict', () => {
  const verdict = (state: TaskState, ms = 0): string =>
    askedVerdict(
      { ...{ state, because: null, errcode: null, rid: null }, nextAttemptAt: new Date(now.getTime() + ms) },
      now,
    );

  it('waits for what is under way alone', () => {
    expect(Object.fromEntries(TASK_STATES.map((state) => [state, verdict(state)]))).toEqual({
      ...{ planned: 'under_way', queued: 'under_way', running: 'under_way' },
      ...{ done: 'asked', waiting_data: 'asked', failed: 'refused', cancelled: 'refused' },
      ...{ waiting_quota: 'refused', waiting_token: 'refused', waiting_permission: 'refused' },
    });
  });

  it('does not wait for a task that was put off', () => {
    expect([verdict('planned', 2_000), verdict('planned', 15_000)]).toEqual(['under_way', 'refused']);
    expect(verdict('running', 60_000)).toBe('under_way');
  });
});
