import { type WebhookEndpoint } from '../endpoints/webhook-endpoint.entity';
import { type Attempt, isAccepted } from './retry-policy';

export type Health = Pick<WebhookEndpoint, 'failures' | 'failingSince' | 'pausedUntil'>;

/** Failures in a row that open the breaker. */
export const BREAKS_AFTER = 5;
/** Deliveries that may be under way to one endpoint, all processes together; one while it fails. */
export const PER_ENDPOINT = 4;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const SPREAD = 0.2;
/** An endpoint that takes nothing for so long is switched off. */
export const FAILING_FOR_MS = 5 * 86_400_000;

export const HEALTHY: Health = { failures: 0, failingSince: null, pausedUntil: null };

/** How many deliveries may be under way now. After a pause one is sent to see (half open). */
export function roomOf({ failures, pausedUntil }: Health, now: Date): number {
  if (pausedUntil !== null && pausedUntil > now) return 0;
  return failures > 0 ? 1 : PER_ENDPOINT;
}

/**
 * An endpoint after an attempt: any success closes the breaker.
 * @param jitter 0–1
 */
export function healthAfter(
  health: Health,
  { status }: Attempt,
  now: Date,
  jitter: number,
): { readonly health: Health; readonly disable: 'gone' | 'failing' | null } {
  if (isAccepted(status)) return { health: HEALTHY, disable: null };
  const failures = health.failures + 1;
  const failingSince = health.failingSince ?? now;
  const pausedUntil =
    failures < BREAKS_AFTER ? null : new Date(now.getTime() + pauseMs(failures) * (1 + SPREAD * jitter));
  const isLong = failures >= BREAKS_AFTER && now.getTime() - failingSince.getTime() >= FAILING_FOR_MS;
  return {
    health: { failures, failingSince, pausedUntil },
    disable: status === 410 ? 'gone' : isLong ? 'failing' : null,
  };
}

function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - BREAKS_AFTER, 10));
}
