/** Runs at most `atOnce` tasks together and lets at most `waiting` wait; `run` gives null for one task more. */
export class BoundedQueue {
  private running = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  async run<T extends object | string | boolean>(task: () => Promise<T>): Promise<T | null> {
    if (this.running < this.atOnce) this.running++;
    else if (this.waiters.length >= this.waiting) return null;
    else await this.turn();
    try {
      return await task();
    } finally {
      const next = this.waiters.shift();
      // A waiter takes over the place: `running` stays as it is, so nobody slips in between.
      if (next) next();
      else this.running--;
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }
}
