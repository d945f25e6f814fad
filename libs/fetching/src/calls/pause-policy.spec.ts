import { WechatApiError, WechatTransportError } from '@app/wechat';
import { pauseAfter } from './pause-policy';

const at = (text: string): Date => new Date(`${text}+08:00`);
const error = (errcode: number): WechatApiError =>
  new WechatApiError('getusercumulate', 'authorizer', errcode, 'message');

describe('pauseAfter', () => {
  it.each<[string, number, string, number, string, string]>([
    ['a day’s quota', 45009, '2026-01-15T10:00:00', 0, '2026-01-16T00:01:00', 'day_quota_used'],
    ['just before midnight', 45009, '2026-01-15T23:59:59', 0, '2026-01-16T00:01:00', 'day_quota_used'],
    ['just after it', 45009, '2026-01-16T00:00:00', 0, '2026-01-17T00:01:00', 'day_quota_used'],
    ['a reset at 08:00, asked before', 45009, '2026-01-15T07:59:00', 8, '2026-01-15T08:01:00', 'day_quota_used'],
    ['a reset at 08:00, asked after', 45009, '2026-01-15T08:00:00', 8, '2026-01-16T08:01:00', 'day_quota_used'],
    ['a minute’s quota', 45011, '2026-01-15T10:00:00', 0, '2026-01-15T10:01:00', 'minute_quota_used'],
    ['a block', 45102, '2026-01-15T10:00:00', 0, '2026-01-16T10:00:00', 'wechat_45102'],
  ])('%s: %i at %s with a reset at %i', (...[, errcode, now, hour, until, because]) => {
    expect(pauseAfter(error(errcode), at(now), hour)).toEqual({ endsAt: at(until), because });
  });

  it('is about quotas alone', () => {
    for (const other of [error(-1), error(61007), error(40001), new WechatTransportError('timeout', 'getusercumulate')])
      expect(pauseAfter(other, at('2026-01-15T10:00:00'), 0)).toBeNull();
  });
});
