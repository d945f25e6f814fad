import {
  addDays,
  daysBetween,
  eachDay,
  parseShanghaiDate,
  shanghaiDate,
  shanghaiDay,
  shanghaiHour,
  shanghaiInstant,
} from './shanghai-date';

describe('Shanghai dates', () => {
  it.each(['2014-12-01', '2024-02-29', '2026-12-31'])('reads %s', (text) => {
    expect(parseShanghaiDate(text)).toBe(text);
  });

  it.each([
    '',
    '2025-02-29',
    '2026-13-01',
    '2026-1-01',
    '2026-01-1',
    '20260101',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '２０２６-01-01',
  ])('refuses %p', (text) => {
    expect(parseShanghaiDate(text)).toBeNull();
    expect(() => shanghaiDate(text)).toThrow(RangeError);
  });

  it('turns the day at 16:00 UTC, whatever the zone of the machine', () => {
    expect(shanghaiDay(new Date('2026-01-14T15:59:59.999Z'))).toBe('2026-01-14');
    expect(shanghaiDay(new Date('2026-01-14T16:00:00Z'))).toBe('2026-01-15');
    expect(shanghaiHour(new Date('2026-01-14T23:59:59Z'))).toBe(7);
    expect(shanghaiInstant(shanghaiDate('2026-01-15'), 8, 5).toISOString()).toBe('2026-01-15T00:05:00.000Z');
  });

  it('counts across months, years and leap days', () => {
    expect(addDays(shanghaiDate('2024-02-28'), 2)).toBe('2024-03-01');
    expect(addDays(shanghaiDate('2026-01-01'), -1)).toBe('2025-12-31');
    expect(daysBetween(shanghaiDate('2014-12-01'), shanghaiDate('2026-12-01'))).toBe(4383);
    expect(eachDay(shanghaiDate('2026-02-27'), shanghaiDate('2026-03-01'))).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ]);
    expect(eachDay(shanghaiDate('2026-03-01'), shanghaiDate('2026-02-27'))).toEqual([]);
  });
});
