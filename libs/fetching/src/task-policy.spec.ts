import { AppError, shanghaiDate } from '@app/kernel';
import { WechatApiError, WechatTransportError } from '@app/wechat';
import { afterFailure, askableTo } from './task-policy';

/** 10:00 in Shanghai. */
const now = new Date('2026-01-15T02:00:00Z');
const minutes = (at: Date): number => (at.getTime() - now.getTime()) / 60_000;
const api = (errcode: number): WechatApiError => new WechatApiError('getusercumulate', 'authorizer', errcode, 'm');

describe('afterFailure', () => {
  it.each([
    [61503, 'waiting_data', 30],
    [45009, 'waiting_quota', 60],
    [61007, 'waiting_permission', 30],
    [48001, 'waiting_permission', 30],
    [61003, 'waiting_permission', 30],
    [40001, 'waiting_token', 1],
    [61004, 'waiting_token', 1],
    [61501, 'failed', 0],
    [99999, 'failed', 0],
  ])('errcode %i → %s', (errcode, state, inMinutes) => {
    const verdict = afterFailure(api(errcode), 1, now, 0.5);
    expect([verdict.state, minutes(verdict.at)]).toEqual([state, inMinutes]);
  });

  it('waits at least a minute after -1, longer each time, never more than an hour and a half', () => {
    const waits = [1, 2, 3, 8, 30].map((attempts) => minutes(afterFailure(api(-1), attempts, now, 0).at));
    expect(waits).toEqual([1, 2, 4, 30, 30]);
    expect(minutes(afterFailure(api(-1), 30, now, 1).at)).toBe(90);
  });

  it('tries again after transport failures and what it does not know', () => {
    expect(afterFailure(new WechatTransportError('timeout', 'getusercumulate'), 1, now, 0.5).state).toBe('planned');
    expect(afterFailure(new TypeError('bug'), 1, now, 0.5)).toMatchObject({
      state: 'planned',
      because: 'internal_error',
    });
  });

  it('waits for a token or for the merchant, as the token service says', () => {
    expect(afterFailure(new AppError('unavailable', 'ticket_missing'), 1, now, 0.5).state).toBe('waiting_token');
    expect(afterFailure(new AppError('denied', 'authorization_lost'), 1, now, 0.5).state).toBe('waiting_permission');
  });
});

describe('askableTo', () => {
  it('leaves yesterday out before 08:00 in Shanghai', () => {
    const yesterday = shanghaiDate('2026-01-14');
    expect(askableTo(yesterday, new Date('2026-01-14T23:59:59Z'))).toBe('2026-01-13');
    expect(askableTo(yesterday, new Date('2026-01-15T00:00:00Z'))).toBe('2026-01-14');
    expect(askableTo(shanghaiDate('2025-05-05'), now)).toBe('2025-05-05');
  });
});
