import { addDays, eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { LANE, TASK_STATES, type TaskState } from '../task-states';
import { type AskedTask, askedVerdict, missingDays, originOf, rangeOf, taskToJoin } from './answer-policy';

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
    askedVerdict({ state, nextAttemptAt: new Date(now.getTime() + ms) }, now);

  it('waits for what is under way alone', () => {
    expect(Object.fromEntries(TASK_STATES.map((state) => [state, verdict(state)]))).toEqual({
      ...{ planned: 'under_way', queued: 'under_way', running: 'under_way' },
      ...{ done: 'asked', waiting_data: 'under_way', failed: 'refused', cancelled: 'refused' },
      ...{ waiting_quota: 'refused', waiting_token: 'refused', waiting_permission: 'refused' },
    });
  });

  it('does not wait for a task that was put off', () => {
    expect([verdict('planned', 2_000), verdict('planned', 15_000)]).toEqual(['under_way', 'refused']);
    expect(verdict('running', 60_000)).toBe('under_way');
    expect(verdict('waiting_data', 60_000)).toBe('asked');
  });
});

describe('taskToJoin', () => {
  const LATER = new Date(now.getTime() + 600_000);
  const task = (more: Partial<AskedTask>): AskedTask => ({
    ...{ id: 1, lane: LANE.asked, state: 'planned', because: null, nextAttemptAt: now, errcode: null, rid: null },
    ...{ from: day(3), to: day(9), ...more },
  });
  const whole = { from: shanghaiDate('2014-12-01'), to: day(9) };
  const LATE = [day(9)];
  const OLDER = [day(4), day(5)];
  const waits = { state: 'waiting_data', nextAttemptAt: LATER } as const;

  it.each<[string, Partial<AskedTask>, ShanghaiDate[], boolean]>([
    ['an ask for the same days', {}, OLDER, true],
    ['one that is put off while WeChat is away', { nextAttemptAt: LATER }, OLDER, true],
    ['one whose late day is due again', { state: 'waiting_data' }, LATE, true],
    ['a backfill that may take long', { ...whole, lane: LANE.bulk }, OLDER, false],
    ['a daily run that has its own time', { lane: LANE.daily, nextAttemptAt: LATER }, LATE, false],
    ['a daily run that waits for the late day', { ...waits, lane: LANE.daily }, LATE, true],
    ['a backfill that waits for the late day', { ...waits, ...whole, lane: LANE.bulk }, LATE, true],
    ['a backfill that may not have asked older days', { ...waits, ...whole, lane: LANE.bulk }, OLDER, false],
    ['a window that waits for a second answer', waits, OLDER, true],
  ])('%s', (_what, more, days, joins) => {
    expect(taskToJoin([task(more)], days, now) !== null).toBe(joins);
  });

  it('prefers one that was answered to one that is still to come', () => {
    const [open, answered] = [task({ id: 1 }), task({ id: 2, ...waits })];
    expect(taskToJoin([open, answered], OLDER, now)?.id).toBe(2);
    expect(taskToJoin([], OLDER, now)).toBeNull();
  });
});
