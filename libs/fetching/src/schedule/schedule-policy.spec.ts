import { addDays, daysBetween, shanghaiDate, shanghaiDay, shanghaiInstant } from '@app/kernel';
import {
  backfillRange,
  EARLIEST_MINUTE,
  gapBefore,
  minuteOfDay,
  probeRange,
  runVerdict,
  timeOfDay,
} from './schedule-policy';

const at = (day: string, time = '08:05'): Date => shanghaiInstant(shanghaiDate(day), 0, minuteOfDay(time));
const schedule = (time = '08:05', createdAt = at('2026-03-01', '12:00')) => ({
  minuteOfDay: minuteOfDay(time),
  createdAt,
});

describe('the daily run', () => {
  it('is due at 08:05 in Shanghai, not a millisecond before, and asks the last 7 days', () => {
    const last = at('2026-03-09');
    const before = new Date(at('2026-03-10').getTime() - 1);
    expect(runVerdict(schedule(), last, before)).toEqual({ due: false, because: 'made', nextAt: at('2026-03-10') });
    expect(runVerdict(schedule(), last, at('2026-03-10'))).toEqual({
      ...{ due: true, because: 'daily', dueAt: at('2026-03-10') },
      ...{ from: '2026-03-03', to: '2026-03-09' },
    });
  });

  it.each([
    ['5 days', '2026-03-04', '2026-03-03'],
    ['7 days', '2026-03-03', '2026-03-03'],
    ['8 days', '2026-03-02', '2026-03-02'],
    ['30 days', '2026-02-08', '2026-02-08'],
  ])('is one after %s of downtime, and holds every day since the last', (_what, last, from) => {
    const verdict = runVerdict(schedule(), at(last), at('2026-03-10', '15:00'));
    expect(verdict).toMatchObject({ due: true, because: 'missed', dueAt: at('2026-03-10'), from, to: '2026-03-09' });
  });

  it('before 08:05 is the one of the day before, when that was missed', () => {
    const verdict = runVerdict(schedule(), at('2026-03-04'), at('2026-03-10', '03:00'));
    expect(verdict).toMatchObject({ due: true, dueAt: at('2026-03-09'), from: '2026-03-02', to: '2026-03-08' });
  });

  it('is not due again when the clock goes back, nor when the time is moved on the same day', () => {
    const last = at('2026-03-10');
    for (const now of [at('2026-03-10', '08:01'), at('2026-03-07', '12:00'), at('2025-01-01')])
      expect(runVerdict(schedule(), last, now)).toMatchObject({ due: false, nextAt: at('2026-03-11') });
    expect(runVerdict(schedule('20:00'), last, at('2026-03-10', '21:00'))).toMatchObject({
      due: false,
      nextAt: at('2026-03-11', '20:00'),
    });
  });

  it('is there at once for a schedule made later in the day, and waits for the morning after one made at night', () => {
    const [noon, night] = [at('2026-03-10', '12:00'), at('2026-03-10', '03:00')];
    expect(runVerdict(schedule('08:05', noon), null, noon)).toMatchObject({ due: true, because: 'first' });
    expect(runVerdict(schedule('08:05', night), null, night)).toEqual({
      ...{ due: false, because: 'not_yet', nextAt: at('2026-03-10') },
    });
  });

  it('leaves no day out, whenever and how long it was down', () => {
    let [last, covered] = [at('2026-01-01'), shanghaiDate('2025-12-31')];
    for (let n = 1; n < 400; n++) {
      const now = new Date(last.getTime() + ((n * 7_919) % 601) * 3_600_000);
      const verdict = runVerdict(schedule(), last, now);
      if (!verdict.due) continue;
      expect(verdict.from <= addDays(covered, 1)).toBe(true);
      expect(daysBetween(verdict.from, verdict.to)).toBeGreaterThanOrEqual(6);
      expect(verdict.to < shanghaiDay(now)).toBe(true);
      [last, covered] = [verdict.dueAt, verdict.to];
    }
    expect(covered > '2026-12-31').toBe(true);
  });
});

describe('ranges', () => {
  it('let the backfill end where the week of the daily run begins', () => {
    const noon = at('2026-03-10', '12:00');
    const run = runVerdict(schedule(), at('2026-03-09'), noon);
    expect(backfillRange(noon, true)).toEqual({ from: '2014-12-01', to: '2026-03-02' });
    expect(run.due && run.from).toBe('2026-03-03');
    expect(backfillRange(noon, false).to).toBe('2026-03-09');
    expect(backfillRange(at('2026-03-10', '07:00'), false).to).toBe('2026-03-08');
  });

  it('find the days between what is stored and a run', () => {
    const from = shanghaiDate('2026-03-03');
    expect(gapBefore(from, shanghaiDate('2026-02-20'))).toEqual({ from: '2026-02-21', to: '2026-03-02' });
    expect([gapBefore(from, shanghaiDate('2026-03-02')), gapBefore(from, null)]).toEqual([null, null]);
  });

  it('probe the week before the first data, never before WeChat’s first day', () => {
    expect(probeRange(shanghaiDate('2020-01-08'))).toEqual({ from: '2020-01-01', to: '2020-01-07' });
    expect(probeRange(shanghaiDate('2014-12-03'))).toEqual({ from: '2014-12-01', to: '2014-12-02' });
    expect([probeRange(shanghaiDate('2014-12-01')), probeRange(null)]).toEqual([null, null]);
  });

  it('read and write times of day', () => {
    expect([timeOfDay(EARLIEST_MINUTE), minuteOfDay('23:59'), timeOfDay(600)]).toEqual(['08:05', 1439, '10:00']);
  });
});
