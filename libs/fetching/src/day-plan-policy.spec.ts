import { addDays, daysBetween, eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import fc from 'fast-check';
import { DAY_STATE } from './daily-cumulate.entity';
import { aheadOf, floorOf, planDays, staleBeforeOf, type PlannedTask } from './day-plan-policy';
import { MISSED, type DayFact, type FactState } from './day-policy';
import { type DayRange } from './window-policy';

const day = shanghaiDate;
const start = day('2024-02-20');
const asked = new Date('2026-01-15T02:00:00Z');
const [old, fresh] = [new Date(asked.getTime() - 1), asked];

const fact = fc.option(
  fc.record<DayFact>({
    state: fc.constantFrom<FactState>(MISSED, DAY_STATE.absent, DAY_STATE.value),
    at: fc.constantFrom(old, fresh),
  }),
  { freq: 2 },
);
const needs = fc
  .record({
    facts: fc.array(fact, { minLength: 1, maxLength: 70 }),
    bornAt: fc.option(fc.integer({ min: -3, max: 75 })),
    refetch: fc.boolean(),
  })
  .map(({ facts, bornAt, refetch }) => ({
    range: { from: start, to: addDays(start, facts.length - 1) },
    coverage: new Map(facts.flatMap((one, n) => (one === null ? [] : [[addDays(start, n) as string, one] as const]))),
    dataFrom: bornAt === null ? null : addDays(start, bornAt),
    staleBefore: refetch ? asked : null,
  }));

/** The fewest windows of 7 days that hold all of the days, found by trying every way. */
function fewest(days: readonly ShanghaiDate[]): number {
  const best = [0];
  for (let n = 1; n <= days.length; n++) {
    let least = Infinity;
    for (let first = n; first >= 1 && daysBetween(days[first - 1]!, days[n - 1]!) < 7; first--)
      least = Math.min(least, best[first - 1]! + 1);
    best.push(least);
  }
  return best.at(-1)!;
}

describe('planDays', () => {
  it('asks exactly what is needed, in the fewest windows of at most 7 days, newest first, never a day twice', () => {
    fc.assert(
      fc.property(needs, ({ range, coverage, dataFrom, staleBefore }) => {
        const windows = planDays(range, { coverage, dataFrom, staleBefore });
        const needed = eachDay(range.from, range.to).filter((d) => {
          if (dataFrom !== null && d < dataFrom) return false;
          const known = coverage.get(d);
          return !known || known.state === MISSED || (staleBefore !== null && known.at < staleBefore);
        });
        const days = windows.flatMap(({ from, to }) => eachDay(from, to));
        expect(new Set(days).size).toBe(days.length);
        expect(needed.filter((d) => !days.includes(d))).toEqual([]);
        expect(windows.every(({ from, to }) => needed.includes(from) && needed.includes(to))).toBe(true);
        expect(windows.every(({ from, to }) => from <= to && daysBetween(from, to) < 7)).toBe(true);
        expect(windows.map(({ to }) => to)).toEqual(
          windows
            .map(({ to }) => to)
            .toSorted()
            .toReversed(),
        );
        expect(windows).toHaveLength(fewest(needed));
      }),
    );
  });

  it('asks stored days again in a re-fetch only when their answer is older than it', () => {
    const range = { from: start, to: addDays(start, 2) };
    const coverage = new Map<string, DayFact>([
      [start, { state: DAY_STATE.value, at: old }],
      [addDays(start, 1), { state: DAY_STATE.absent, at: old }],
      [addDays(start, 2), { state: DAY_STATE.value, at: fresh }],
    ]);
    expect(planDays(range, { coverage, dataFrom: null, staleBefore: asked })).toEqual([
      { from: start, to: addDays(start, 1) },
    ]);
    expect(planDays(range, { coverage, dataFrom: null, staleBefore: null })).toEqual([]);
  });
});

describe('a task', () => {
  const task: PlannedTask = {
    ...{ from: day('2020-01-01'), to: day('2026-01-14'), cursor: null, refetch: true, createdAt: asked },
    ...{ passes: 0, ignoreBefore: false, emptyWindows: 0 },
  };
  const probe = { ...task, ignoreBefore: true };

  it('asks no day before the first one with data, except a probe in its one pass until its run of empty windows is full', () => {
    const floor = (one: PlannedTask, dataFrom: string | null): string =>
      floorOf(one, dataFrom as ShanghaiDate | null, 8);
    expect(floor(task, null)).toBe('2020-01-01');
    expect(floor(task, '2019-05-05')).toBe('2020-01-01');
    expect(floor(task, '2022-05-05')).toBe('2022-05-05');
    expect(floor(probe, '2022-05-05')).toBe('2020-01-01');
    expect(floor({ ...probe, emptyWindows: 7 }, '2022-05-05')).toBe('2020-01-01');
    expect(floor({ ...probe, emptyWindows: 8 }, '2022-05-05')).toBe('2022-05-05');
    expect(floor({ ...probe, passes: 1 }, '2022-05-05')).toBe('2022-05-05');
  });

  it('looks 56 days ahead, from its cursor down to its floor, and leaves out what is not ready', () => {
    const ahead = (one: PlannedTask, floor: string, now: Date): DayRange | null => aheadOf(one, day(floor), now);
    expect(ahead(task, '2020-01-01', asked)).toEqual({ from: '2025-11-20', to: '2026-01-14' });
    expect(ahead(task, '2020-01-01', new Date('2026-01-14T23:00:00Z'))?.to).toBe('2026-01-13');
    expect(ahead({ ...task, cursor: day('2020-02-01') }, '2020-01-10', asked)).toEqual({
      from: '2020-01-10',
      to: '2020-02-01',
    });
    expect(ahead({ ...task, cursor: day('2020-01-09') }, '2020-01-10', asked)).toBeNull();
  });

  it('asks stored days again in its first pass alone', () => {
    expect(staleBeforeOf(task)).toBe(asked);
    expect(staleBeforeOf({ ...task, passes: 1 })).toBeNull();
    expect(staleBeforeOf({ ...task, refetch: false })).toBeNull();
  });
});
