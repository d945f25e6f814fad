import { AppError } from '@app/kernel';
import { WechatApiError, WechatTransportError } from '@app/wechat';
import { componentTokenCapReached, quotaCleared } from './component-token.errors';
import { refreshVerdict, rejectionGapMs, retryAfter, spreadOf, type CredentialState } from './refresh-policy';

const NOW = new Date('2026-01-15T02:00:00.000Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const GOOD: CredentialState = {
  stored: true,
  issuedAt: after(-3_600_000),
  expiresAt: after(3_600_000),
  suspect: 0,
  retryAt: null,
  spread: 0,
};

describe('refreshVerdict', () => {
  it.each<[string, Partial<CredentialState>, boolean, string, boolean]>([
    ['an hour left', {}, false, 'fresh', true],
    ['exactly 10 minutes left', { expiresAt: after(600_000) }, false, 'fresh', true],
    ['under 10 minutes left', { expiresAt: after(599_999) }, true, 'expiring', true],
    [
      'under 20 minutes left, refreshed among the first',
      { expiresAt: after(1_199_999), spread: 1 },
      true,
      'expiring',
      true,
    ],
    ['20 minutes left, refreshed among the first', { expiresAt: after(1_200_000), spread: 1 }, false, 'fresh', true],
    [
      'half of a life of 5 minutes left',
      { issuedAt: after(-150_000), expiresAt: after(150_000) },
      false,
      'fresh',
      true,
    ],
    [
      'a fifth of a life of 5 minutes left',
      { issuedAt: after(-240_000), expiresAt: after(60_000) },
      true,
      'expiring',
      true,
    ],
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

describe('spreadOf', () => {
  it('tells tokens apart that were bought together, evenly', () => {
    const spreads = Array.from({ length: 10_000 }, (_, i) => spreadOf({ id: i + 1, version: 1 + (i % 3) }));
    expect(spreads.every((spread) => spread >= 0 && spread < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = spreads.filter((spread) => Math.floor(spread * 10) === tenth).length;
      expect(share).toBeGreaterThan(800);
      expect(share).toBeLessThan(1_200);
    }
  });

  it('is the same in every process, and another for the next token', () => {
    expect(spreadOf({ id: 7, version: 3 })).toBe(spreadOf({ id: 7, version: 3 }));
    expect(spreadOf({ id: 7, version: 3 })).not.toBe(spreadOf({ id: 7, version: 4 }));
  });
});

describe('rejectionGapMs', () => {
  it('grows four times with each rejection, up to 15 minutes', () => {
    expect([1, 2, 3, 4, 5, 200].map(rejectionGapMs)).toEqual([10_000, 40_000, 160_000, 640_000, 900_000, 900_000]);
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
    ['our own cap for component tokens, until 00:00 in Shanghai', componentTokenCapReached(50), 14 * 3_600_000],
    ['a quota reset that WeChat does not see yet', quotaCleared(api(45009)), 1_800_000],
    ['lost authorization', new AppError('denied', 'authorization_lost'), 600_000],
  ])('%s', (_name, error, ms) => {
    expect(retryAfter(error, NOW)).toEqual(after(ms));
  });

  it('is not waited for when WeChat was not asked', () => {
    expect(retryAfter(new AppError('unavailable', 'ticket_missing'), NOW)).toBeNull();
  });
});
