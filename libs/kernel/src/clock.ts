/** The only source of "now" for due times and expiries. Lease ends and HTTP timeouts alone use real time. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock for tests: stands still until it is told to move. */
export class FakeClock extends Clock {
  private current: number;

  constructor(start: string | Date = '2026-01-15T02:00:00.000Z') {
    super();
    this.current = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.current);
  }

  set(at: string | Date): void {
    this.current = new Date(at).getTime();
  }

  advance(ms: number): void {
    this.current += ms;
  }
}
