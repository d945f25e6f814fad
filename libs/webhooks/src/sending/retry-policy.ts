import { type DeliveryState } from '../deliveries/delivery-states';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Waits between attempts. Source: Standard Webhooks, "Deliverability and reliability". Together three days and a quarter. */
export const RETRY_AFTER_MS: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];
const SPREAD = 0.2;
const LONGEST_ASKED_MS = 24 * HOUR;

/** What came of an attempt. */
export interface Attempt {
  /** Null: no answer came. */
  readonly status: number | null;
  readonly fault: string | null;
  /** What the receiver asked for (Retry-After); null: nothing. */
  readonly retryAfterMs: number | null;
}

export interface DeliveryVerdict {
  readonly state: Extract<DeliveryState, 'pending' | 'delivered' | 'failed'>;
  readonly because: 'accepted' | 'refused' | 'redirected' | 'gone' | 'unreachable' | 'given_up';
  /** When it is tried again; now, where it is over. */
  readonly at: Date;
}

/**
 * Where a delivery goes after an attempt. A redirect is refused like any other answer: the target is what the provider wrote.
 * @param attempts this one included
 * @param jitter 0–1
 */
export function afterAttempt(attempt: Attempt, attempts: number, now: Date, jitter: number): DeliveryVerdict {
  const { status, retryAfterMs } = attempt;
  if (isAccepted(status)) return { state: 'delivered', because: 'accepted', at: now };
  if (status === 410) return { state: 'failed', because: 'gone', at: now };
  const waitMs = RETRY_AFTER_MS[attempts - 1];
  if (waitMs === undefined) return { state: 'failed', because: 'given_up', at: now };
  const asked = status === 429 || status === 503 ? Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS) : 0;
  const at = new Date(now.getTime() + Math.max(waitMs, asked) * (1 + SPREAD * jitter));
  return { state: 'pending', because: reasonOf(status), at };
}

export function isAccepted(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** A number of seconds; the header's other form, a date, is left to the schedule. */
export function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * SECOND : null;
}

function reasonOf(status: number | null): DeliveryVerdict['because'] {
  if (status === null) return 'unreachable';
  return status >= 300 && status < 400 ? 'redirected' : 'refused';
}
