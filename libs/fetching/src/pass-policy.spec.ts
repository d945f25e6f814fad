import { shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { afterNotReady, afterPass } from './pass-policy';

/** 10:00 in Shanghai: 12, 13 and 14 January may be late. */
const now = new Date('2026-01-15T02:00:00Z');
const first = { passes: 0, unclearDays: 0 };
const days = (...texts: string[]): ShanghaiDate[] => texts.map(shanghaiDate);

describe('afterNotReady', () => {
  it('leaves out the newest day while it may be late, and counts an older window as asked', () => {
    const window = (from: string, to: string): ShanghaiDate =>
      afterNotReady({ from: shanghaiDate(from), to: shanghaiDate(to) }, now);
    expect(window('2026-01-08', '2026-01-14')).toBe('2026-01-13');
    expect(window('2026-01-06', '2026-01-12')).toBe('2026-01-11');
    expect(window('2026-01-05', '2026-01-11')).toBe('2026-01-04');
    expect(window('2020-03-01', '2020-03-07')).toBe('2020-02-29');
  });
});

describe('afterPass', () => {
  it('is done when nothing is missing', () => {
    expect(afterPass([], first, now)).toMatchObject({ state: 'done', because: 'asked', askFrom: null, unclearDays: 0 });
  });

  it('asks older days again after ten minutes, newest first, and late ones not before their time', () => {
    const missing = days('2015-01-01', '2026-01-11', '2026-01-14', '2026-01-13');
    expect(afterPass(missing, first, now)).toEqual({
      ...{ state: 'waiting_data', because: 'day_missing', at: new Date('2026-01-15T02:10:00Z') },
      ...{ askFrom: '2015-01-01', cursor: '2026-01-11', passes: 1, unclearDays: 0 },
    });
  });

  it('gives older days up after three passes, says so, and goes on waiting for late ones', () => {
    const missing = days('2015-01-01', '2026-01-11', '2026-01-14', '2026-01-13');
    const after = afterPass(missing, { passes: 2, unclearDays: 0 }, now);
    expect(after).toEqual({
      ...{ state: 'waiting_data', because: 'data_not_ready', at: new Date('2026-01-15T02:30:00Z') },
      ...{ askFrom: '2026-01-13', cursor: null, passes: 1, unclearDays: 2 },
    });
    expect(afterPass([], after, now)).toMatchObject({ state: 'done', because: 'days_unclear', unclearDays: 2 });
    expect(afterPass(days('2015-01-01'), { passes: 2, unclearDays: 0 }, now)).toMatchObject({
      ...{ state: 'done', because: 'days_unclear', unclearDays: 1 },
    });
  });

  it('asks a day that was late and is no longer twice more', () => {
    const late = afterPass(days('2026-01-12'), first, now);
    expect(late).toMatchObject({ state: 'waiting_data', askFrom: '2026-01-12' });
    const later = new Date('2026-01-16T00:05:00Z');
    const older = afterPass(days('2026-01-12'), late, later);
    expect(older).toMatchObject({ because: 'day_missing', at: new Date('2026-01-16T00:15:00Z') });
    expect(afterPass([], older, later).because).toBe('asked');
  });

  it.each([
    ['before 08:00, until five past', '2026-01-14T22:00:00Z', '2026-01-15T00:05:00.000Z'],
    ['before noon, half an hour', '2026-01-15T02:00:00Z', '2026-01-15T02:30:00.000Z'],
    ['after noon, the next morning', '2026-01-15T05:00:00Z', '2026-01-16T00:05:00.000Z'],
  ])('asks for a late day again: %s', (_when, at, next) => {
    const verdict = afterPass(days('2026-01-14'), { passes: 3, unclearDays: 0 }, new Date(at));
    expect([verdict.state, verdict.at.toISOString()]).toEqual(['waiting_data', next]);
  });
});
