import {
  BREAKS_AFTER,
  FAILING_FOR_MS,
  HEALTHY,
  healthAfter,
  PER_ENDPOINT,
  roomOf,
  type Health,
} from './breaker-policy';

const START = new Date('2026-03-10T02:00:00.000Z');
const after = (ms: number): Date => new Date(START.getTime() + ms);
const attempt = (status: number | null) => ({ status, fault: null, retryAfterMs: null });

/** Fails so many times, `gapMs` apart. */
function failed(times: number, gapMs = 0): { health: Health; disable: string | null } {
  let seen: { health: Health; disable: string | null } = { health: HEALTHY, disable: null };
  for (let n = 0; n < times; n++) seen = healthAfter(seen.health, attempt(500), after(n * gapMs), 0);
  return seen;
}

describe('the breaker', () => {
  it('stays closed below the limit, with one delivery at a time once something failed', () => {
    expect(roomOf(HEALTHY, START)).toBe(PER_ENDPOINT);
    const { health } = failed(BREAKS_AFTER - 1);
    expect(health).toEqual({ failures: BREAKS_AFTER - 1, failingSince: START, pausedUntil: null });
    expect(roomOf(health, START)).toBe(1);
  });

  it('opens at the limit, lets one through afterwards, and pauses longer each time, up to a quarter of an hour', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 50].map((more) => {
      const { health } = failed(BREAKS_AFTER + more);
      return (health.pausedUntil!.getTime() - START.getTime()) / 1_000;
    });
    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900]);
    const { health } = failed(BREAKS_AFTER);
    expect(roomOf(health, after(29_999))).toBe(0);
    expect(roomOf(health, after(30_000))).toBe(1);
    const spread = healthAfter(failed(BREAKS_AFTER - 1).health, attempt(null), START, 1).health;
    expect(spread.pausedUntil).toEqual(after(36_000));
  });

  it.each([200, 204])('closes at the first %d', (status) => {
    const { health, disable } = healthAfter(failed(BREAKS_AFTER + 3).health, attempt(status), after(99_000), 0);
    expect([health, disable]).toEqual([HEALTHY, null]);
  });

  it.each([null, 302, 400, 500])('counts %p as a failure', (status) => {
    expect(healthAfter(HEALTHY, attempt(status), START, 0).health.failures).toBe(1);
  });

  it('switches off what took nothing for five days, and what is gone', () => {
    const day = FAILING_FOR_MS / 5;
    expect(failed(6, day - 1).disable).toBeNull();
    expect(failed(6, day).disable).toBe('failing');
    // Two failures, five days apart, are no endless failure.
    expect(failed(2, FAILING_FOR_MS).disable).toBeNull();
    expect(healthAfter(HEALTHY, attempt(410), START, 0).disable).toBe('gone');
  });
});
