import { addDays, eachDay, shanghaiDate } from '@app/kernel';
import fc from 'fast-check';
import { DAY_STATE } from '../daily-cumulate.entity';
import { coveredRanges } from './coverage-policy';

const first = shanghaiDate('2026-02-20');

describe('the coverage of a range', () => {
  it('names days without a row before the first data apart from others', () => {
    const stored = [
      { day: shanghaiDate('2026-02-21'), state: DAY_STATE.value },
      { day: shanghaiDate('2026-02-24'), state: DAY_STATE.value },
      { day: shanghaiDate('2026-02-25'), state: DAY_STATE.absent },
    ];
    expect(coveredRanges({ from: first, to: shanghaiDate('2026-02-27') }, stored, '2026-02-23')).toEqual([
      { from: '2026-02-20', to: '2026-02-20', state: 'before' },
      { from: '2026-02-21', to: '2026-02-21', state: 'value' },
      { from: '2026-02-22', to: '2026-02-22', state: 'before' },
      { from: '2026-02-23', to: '2026-02-23', state: 'unknown' },
      { from: '2026-02-24', to: '2026-02-24', state: 'value' },
      { from: '2026-02-25', to: '2026-02-25', state: 'absent' },
      { from: '2026-02-26', to: '2026-02-27', state: 'unknown' },
    ]);
  });

  it('holds every day once, in order, neighbours never alike, and each day with the state of its row', () => {
    const days = fc.array(fc.constantFrom(0, DAY_STATE.absent, DAY_STATE.value), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 60 }), (states, born) => {
        const to = addDays(first, states.length - 1);
        const stored = states.flatMap((state, i) => (state === 0 ? [] : [{ day: addDays(first, i), state }]));
        const ranges = coveredRanges({ from: first, to }, stored, addDays(first, born));
        expect(ranges.flatMap((one) => eachDay(one.from, one.to))).toEqual(eachDay(first, to));
        for (const [i, one] of ranges.entries()) expect(one.state).not.toBe(ranges[i + 1]?.state);
        const named = ranges.flatMap((one) => eachDay(one.from, one.to).map(() => one.state));
        const expected = states.map((state, i) =>
          state === 0 ? (i < born ? 'before' : 'unknown') : state === 1 ? 'absent' : 'value',
        );
        expect(named).toEqual(expected);
      }),
    );
  });
});
