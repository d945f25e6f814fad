/** Real-time limits of a refresh, in ms. */
export class TokenTimings {
  /** How long a holder may work. Longer than a call, so that reading the row and writing the answer fit too. */
  readonly leaseMs: number;
  /** How long a waiter looks for the holder's result: longer than a whole lease and a call of its own. */
  readonly waitMs: number;

  /** @param callMs the HTTP timeout of one call to WeChat */
  constructor(
    readonly callMs: number,
    marginMs = 5_000,
  ) {
    this.leaseMs = callMs + marginMs;
    this.waitMs = this.leaseMs + callMs + marginMs;
  }
}

/** A wait between two looks at a row somebody else works on: 50 ms at first, 250 ms at last. */
export async function pollPause(round: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 1.5 ** round, 250)));
}
