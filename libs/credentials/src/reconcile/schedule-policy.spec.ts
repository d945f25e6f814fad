import fc from 'fast-check';
import { AppError } from '@app/kernel';
import { afterFailure, dailyDueAt, recoverySlots } from './schedule-policy';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-10T02:00:00.000Z');

describe('dailyDueAt', () => {
  it('is the same for all processes all day long, and moves on by a day', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (id, now) => {
          const due = dailyDueAt(id, now);
          const agoMs = now.getTime() - due.getTime();
          expect(agoMs >= 0 && agoMs < DAY_MS).toBe(true);
          expect(dailyDueAt(id, due)).toEqual(due);
          expect(dailyDueAt(id, new Date(due.getTime() + DAY_MS - 1))).toEqual(due);
          expect(dailyDueAt(id, new Date(due.getTime() + DAY_MS)).getTime() - due.getTime()).toBe(DAY_MS);
        },
      ),
    );
  });

  it('spreads platforms over the day', () => {
    const hours = new Set(Array.from({ length: 500 }, (_, n) => dailyDueAt(`plt_${n}`, NOW).getUTCHours()));
    expect(hours.size).toBe(24);
  });
});

describe('recoverySlots', () => {
  it('gives all of ten minutes one run', () => {
    expect(recoverySlots(new Date('2026-03-10T02:09:59.999Z'))).toEqual({
      at: new Date('2026-03-10T02:00:00.000Z'),
      next: new Date('2026-03-10T02:10:00.000Z'),
    });
  });
});

describe('afterFailure', () => {
  const passing = new AppError('upstream', 'wechat_-1');
  it.each([
    [passing, 1, 'waiting', 60_000],
    [passing, 2, 'waiting', 300_000],
    [new Error('?'), 3, 'waiting', 900_000],
    [new AppError('unavailable', 'ticket_missing'), 4, 'waiting', 3_600_000],
    [passing, 5, 'failed', null],
    [new AppError('invalid', 'wechat_40170'), 1, 'failed', null],
  ])('%s, attempt %d: %s', (error, attempts, state, ms) => {
    const after = afterFailure(error, attempts, NOW);
    expect(after.state).toBe(state);
    if (after.state === 'waiting') expect(after.tryAt.getTime() - NOW.getTime()).toBe(ms);
  });

  it('waits as long as WeChat’s quota keeps the call parked', () => {
    const until = '2026-03-10T16:00:00.000Z';
    const parked = new AppError('limited', 'component_call_parked', { detail: { until } });
    expect(afterFailure(parked, 1, NOW)).toEqual({ state: 'waiting', tryAt: new Date(until), because: 'parked' });
  });
});
