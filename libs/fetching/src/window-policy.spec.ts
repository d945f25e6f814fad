import { addDays, type AppError, daysBetween, eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import fc from 'fast-check';
import { planWindows, requestedRange } from './window-policy';

const day = shanghaiDate;
const none = (): boolean => false;

describe('planWindows', () => {
  it('splits into windows of at most seven days, newest first', () => {
    expect(planWindows({ from: day('2026-01-01'), to: day('2026-01-16') }, none)).toEqual([
      { from: '2026-01-10', to: '2026-01-16' },
      { from: '2026-01-03', to: '2026-01-09' },
      { from: '2026-01-01', to: '2026-01-02' },
    ]);
  });

  it('skips days that are known, and asks for known ones only between two missing', () => {
    const known = new Set(['2026-01-07', '2026-01-06', '2026-01-04', '2026-01-01']);
    expect(planWindows({ from: day('2026-01-01'), to: day('2026-01-07') }, (d) => known.has(d))).toEqual([
      { from: '2026-01-02', to: '2026-01-05' },
    ]);
  });

  it('plans nothing for a known or an empty range', () => {
    expect(planWindows({ from: day('2026-01-01'), to: day('2026-01-07') }, () => true)).toEqual([]);
    expect(planWindows({ from: day('2026-01-02'), to: day('2026-01-01') }, none)).toEqual([]);
  });

  it('covers exactly what is missing, never overlaps, never exceeds 7 days, and needs no more calls than a fixed grid', () => {
    const start = day('2024-02-20');
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (flags) => {
        const range = { from: start, to: addDays(start, flags.length - 1) };
        const isKnown = (d: ShanghaiDate): boolean => flags[daysBetween(start, d)] ?? true;
        const windows = planWindows(range, isKnown);
        const asked = windows.flatMap(({ from, to }) => eachDay(from, to));
        expect(new Set(asked).size).toBe(asked.length);
        const missing = eachDay(range.from, range.to).filter((d) => !isKnown(d));
        expect(missing.every((d) => asked.includes(d))).toBe(true);
        for (const { from, to } of windows) {
          expect(daysBetween(from, to)).toBeLessThan(7);
          expect(isKnown(from) || isKnown(to)).toBe(false);
          expect(from >= range.from && to <= range.to).toBe(true);
        }
        expect(windows.length).toBeLessThanOrEqual(Math.ceil(flags.length / 7));
      }),
    );
  });
});

describe('requestedRange', () => {
  const now = new Date('2026-01-15T02:00:00Z');
  const refusal = (from: string, to: string, at = now): string => {
    try {
      requestedRange(from, to, at);
      return 'accepted';
    } catch (error) {
      return (error as AppError).code;
    }
  };

  it.each([
    ['2014-12-01', '2026-01-14', 'accepted'],
    ['2026-01-14', '2026-01-14', 'accepted'],
    ['2014-11-30', '2026-01-14', 'range_before_first_day'],
    ['2026-01-14', '2026-01-15', 'range_not_over'],
    ['2026-01-14', '2026-01-20', 'range_not_over'],
    ['2026-01-14', '2026-01-13', 'range_reversed'],
    ['2026-02-30', '2026-03-01', 'date_invalid'],
    ['2026-1-1', '2026-01-14', 'date_invalid'],
    ['2026-01-01', '20260114', 'date_invalid'],
    ['', '2026-01-14', 'date_invalid'],
  ])('%s to %s: %s', (from, to, outcome) => {
    expect(refusal(from, to)).toBe(outcome);
  });

  it('counts days in Beijing: 16:00 UTC is midnight there', () => {
    expect(refusal('2026-01-15', '2026-01-15', new Date('2026-01-15T15:59:59Z'))).toBe('range_not_over');
    expect(refusal('2026-01-15', '2026-01-15', new Date('2026-01-15T16:00:00Z'))).toBe('accepted');
  });
});
