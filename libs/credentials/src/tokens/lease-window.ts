import { AppError } from '@app/kernel';
import { type Lease } from '@app/platform';

/** What is left of a lease. Calls are made inside it or not at all. */
export class LeaseWindow {
  readonly signal: AbortSignal;

  constructor(
    private readonly lease: Lease,
    private readonly callMs: number,
  ) {
    this.signal = AbortSignal.timeout(Math.max(1, lease.endsAt - Date.now()));
  }

  /** Throws `lease_too_short` unless a call begun now is over, or timed out, before the lease is. */
  ensureTimeForCall(): void {
    if (this.lease.endsAt - Date.now() < this.callMs) throw new AppError('unavailable', LEASE_TOO_SHORT);
  }
}

const LEASE_TOO_SHORT = 'lease_too_short';

export function isLeaseTooShort(error: unknown): boolean {
  return error instanceof AppError && error.code === LEASE_TOO_SHORT;
}
