import { AppError } from '@app/kernel';
import { WechatApiError } from '@app/wechat';
import { afterPushFailure, afterUnreadable, isGivenUp } from './push-retry-policy';

const NOW = new Date('2026-03-10T02:00:00Z');
const HOUR_MS = 3_600_000;
const tries = (attempts: number, hours = 0) => ({
  attempts,
  receivedAt: new Date(NOW.getTime() - hours * HOUR_MS),
});
const wechat = (errcode: number) => new WechatApiError('api_query_auth', 'component', errcode, 'no');

describe('a push that failed', () => {
  const waits = (error: unknown, jitter = 0) =>
    Array.from({ length: 13 }, (_, n) => {
      const after = afterPushFailure(error, tries(n + 1), NOW, jitter);
      return after.act === 'wait' ? (after.tryAt.getTime() - NOW.getTime()) / 1_000 : after.outcome;
    });

  it.each([
    ['WeChat’s -1', wechat(-1)],
    ['an errcode nobody knows', wechat(77_777)],
    ['an address off the white list', wechat(61_004)],
    ['a used up quota', wechat(45_009)],
    ['a bug', new AppError('bug', 'account_vanished')],
  ])('of %s waits a minute at least, doubling to an hour', (_name, error) => {
    expect(waits(error).slice(0, 8)).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    expect(waits(error, 1)[0]).toBe(75);
  });

  it.each([
    ['a lost database', new Error('connection lost')],
    ['a WeChat that is out of reach', new AppError('unavailable', 'wechat_unreachable')],
    ['a held lease', new AppError('conflict', 'lease_held')],
  ])('of %s is tried again within seconds, then ever later', (_name, error) => {
    expect(waits(error)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600]);
  });

  it('is not tried before what is parked may be asked again, but every hour', () => {
    const until = (seconds: number) =>
      new AppError('unavailable', 'token_cooling_down', {
        detail: { until: new Date(NOW.getTime() + seconds * 1_000).toISOString() },
      });
    expect([waits(until(300))[0], waits(until(86_400))[0], waits(until(-5))[0]]).toEqual([300, 3_600, 2]);
  });

  it('ends when the answer is final, or after two days', () => {
    const denied = new AppError('denied', 'authorization_lost');
    expect(afterPushFailure(denied, tries(1), NOW, 0)).toEqual({
      act: 'end',
      outcome: 'authorization_lost',
      because: 'final',
    });
    expect(afterPushFailure(wechat(-1), tries(40, 47.9), NOW, 0)).toMatchObject({ act: 'wait' });
    expect(afterPushFailure(wechat(-1), tries(40, 48), NOW, 0)).toMatchObject({ act: 'end', outcome: 'given_up' });
  });

  it('is not given up untried, however old', () => {
    expect([isGivenUp(tries(0, 100), NOW), isGivenUp(tries(1, 100), NOW)]).toEqual([false, true]);
  });

  it('whose row does not open ends after some hours and tries', () => {
    expect(afterUnreadable(tries(1), NOW, 0)).toMatchObject({ tryAt: new Date(NOW.getTime() + 60_000) });
    for (const early of [tries(30, 5.9), tries(7, 100)])
      expect(afterUnreadable(early, NOW, 0)).toMatchObject({ act: 'wait', because: 'unreadable' });
    expect(afterUnreadable(tries(8, 6), NOW, 0)).toMatchObject({ act: 'end', outcome: 'unreadable' });
  });
});
