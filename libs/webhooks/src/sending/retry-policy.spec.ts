import { afterAttempt, RETRY_AFTER_MS, retryAfterMs, type Attempt } from './retry-policy';

const NOW = new Date('2026-03-10T02:00:00.000Z');
const HOUR = 3_600_000;
const answered = (status: number, asked: number | null = null): Attempt => ({
  ...{ status, fault: null, retryAfterMs: asked },
});
const silent: Attempt = { status: null, fault: 'timeout', retryAfterMs: null };
const waitOf = (attempt: Attempt, attempts: number, jitter: number): number =>
  afterAttempt(attempt, attempts, NOW, jitter).at.getTime() - NOW.getTime();

describe('afterAttempt', () => {
  it.each([200, 201, 204, 299])('takes %d as accepted', (status) => {
    expect(afterAttempt(answered(status), 1, NOW, 0)).toEqual({ state: 'delivered', because: 'accepted', at: NOW });
  });

  it.each([
    [answered(500), 'refused'],
    [answered(400), 'refused'],
    [answered(199), 'refused'],
    [answered(302), 'redirected'],
    [answered(308), 'redirected'],
    [silent, 'unreachable'],
  ] as const)('tries again after %j', (attempt, because) => {
    expect(afterAttempt(attempt, 1, NOW, 0)).toMatchObject({ state: 'pending', because });
  });

  it('waits as Standard Webhooks recommend, ten attempts in all, spread by a fifth', () => {
    expect(RETRY_AFTER_MS.map((ms) => ms / 1_000)).toEqual([
      ...[5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
    ]);
    for (const [i, ms] of RETRY_AFTER_MS.entries()) {
      expect(waitOf(silent, i + 1, 0)).toBe(ms);
      expect(waitOf(silent, i + 1, 1)).toBeCloseTo(ms * 1.2, 0);
    }
    expect(afterAttempt(silent, 10, NOW, 0)).toEqual({ state: 'failed', because: 'given_up', at: NOW });
    // Attempts of workers that died count: no number leads out of the table.
    expect(afterAttempt(silent, 40, NOW, 0).state).toBe('failed');
  });

  it('ends at once when the receiver says 410', () => {
    expect(afterAttempt(answered(410), 1, NOW, 0)).toEqual({ state: 'failed', because: 'gone', at: NOW });
  });

  it('waits as long as a busy receiver asks, within a day, and no shorter than it would', () => {
    expect(waitOf(answered(429, 600_000), 1, 0)).toBe(600_000);
    expect(waitOf(answered(503, 600_000), 1, 0)).toBe(600_000);
    expect(waitOf(answered(500, 600_000), 1, 0)).toBe(5_000);
    expect(waitOf(answered(429, 1_000), 3, 0)).toBe(1_800_000);
    expect(waitOf(answered(429, 99 * HOUR), 1, 0)).toBe(24 * HOUR);
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['-5', null],
    ['1e9', null],
    ['9999999', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    [undefined, null],
  ])('reads Retry-After %p as %p', (header, ms) => {
    expect(retryAfterMs(header)).toBe(ms);
  });
});
