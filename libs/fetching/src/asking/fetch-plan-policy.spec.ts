import { addDays, eachDay, shanghaiDate } from '@app/kernel';
import fc from 'fast-check';
import { possibleDays, sampleSize, windowsOfAll, windowsOfMissing } from './fetch-plan-policy';

const first = shanghaiDate('2026-02-20');

describe('how many accounts a plan looks at', () => {
  it('is all of few, and of many so many that what is read stays bounded', () => {
    expect([sampleSize(1, 4_000), sampleSize(250, 4_000), sampleSize(2_000, 500)]).toEqual([1, 250, 2_000]);
    expect([sampleSize(2_001, 1), sampleSize(100_000, 7), sampleSize(100_000, 4_117)]).toEqual([1_000, 1_000, 242]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 5_000 }), (accounts, days) => {
        const size = sampleSize(accounts, days);
        expect(size).toBeGreaterThan(0);
        expect(size).toBeLessThanOrEqual(accounts);
        expect(size * days).toBeLessThanOrEqual(1_000_000);
      }),
    );
  });
});

describe('the windows of an account', () => {
  it('begin with its first data', () => {
    const range = { from: first, to: addDays(first, 9) };
    expect(possibleDays(range, null)).toEqual(range);
    expect(possibleDays(range, '2025-01-01')).toEqual(range);
    expect(possibleDays(range, '2026-02-25')).toEqual({ from: '2026-02-25', to: range.to });
    expect(possibleDays(range, '2026-03-02')).toBeNull();
  });

  it('are as many as when every day is looked at', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (known) => {
        const range = { from: first, to: addDays(first, known.length - 1) };
        const days = new Set(eachDay(range.from, range.to).filter((_, i) => known[i]));
        if (days.size === 0) expect(windowsOfMissing(range, undefined)).toBe(windowsOfAll(range));
        if (days.size === known.length) expect(windowsOfMissing(range, days)).toBe(0);
        expect(windowsOfMissing(range, days)).toBeLessThanOrEqual(windowsOfAll(range));
        expect(windowsOfMissing(range, days) * 7).toBeGreaterThanOrEqual(known.length - days.size);
      }),
    );
  });
});
