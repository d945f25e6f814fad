import { AppError } from '@app/kernel';
import { WechatApiError, WechatTransportError } from '@app/wechat';
import { refreshVerdict, retryAfter, type CredentialState } from './refresh-policy';

const NOW = new Date('2026-01-15T02:00:00.000Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const GOOD: CredentialState = { stored: true, expiresAt: after(3_600_000), suspect: 0, retryAt: null };

describe('refreshVerdict', () => {
  it.each<[string, Partial<CredentialState>, boolean, string, boolean]>([
    ['an hour left', {}, false, 'fresh', true],
    ['exactly 10 minutes left', { expiresAt: after(600_000) }, false, 'fresh', true],
    ['under 10 minutes left', { expiresAt: after(599_999) }, true, 'expiring', true],
    ['no time left', { expiresAt: NOW }, true, 'expired', false],
    ['never stored', { stored: false, expiresAt: null }, true, 'missing', false],
    ['rejected by WeChat', { suspect: 1 }, true, 'rejected', false],
    ['a fenced-off writer', { suspect: 2 }, true, 'suspect', true],
    ['expiring after a failure', { expiresAt: after(1), retryAt: after(1) }, false, 'cooling_down', true],
    ['expired after a failure', { expiresAt: NOW, retryAt: after(1) }, false, 'cooling_down', false],
    ['rejected twice in a row', { suspect: 1, retryAt: after(1) }, false, 'cooling_down', false],
    ['the pause is over', { expiresAt: NOW, retryAt: NOW }, true, 'expired', false],
    ['a pause does not matter to a good token', { retryAt: after(1) }, false, 'fresh', true],
  ])('%s', (_name, change, due, because, servable) => {
    expect(refreshVerdict({ ...GOOD, ...change }, NOW)).toEqual({ due, because, servable });
  });
});

describe('retryAfter', () => {
  const api = (errcode: number) => new WechatApiError('api_authorizer_token', 'component', errcode, 'x');
  it.each([
    ['no answer', new WechatTransportError('timeout', 'api_authorizer_token'), 15_000],
    ['busy', api(-1), 60_000],
    ['minute quota', api(45011), 60_000],
    ['day quota, until 00:00 in Shanghai', api(45009), 14 * 3_600_000],
    ['refresh token refused', api(61023), 600_000],
    ['unknown errcode', api(99999), 60_000],
    ['lost authorization', new AppError('denied', 'authorization_lost'), 600_000],
  ])('%s', (_name, error, ms) => {
    expect(retryAfter(error, NOW)).toEqual(after(ms));
  });

  it('is not waited for when WeChat was not asked', () => {
    expect(retryAfter(new AppError('unavailable', 'ticket_missing'), NOW)).toBeNull();
  });
});
