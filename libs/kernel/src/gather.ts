interface Batch<K, A> {
  readonly keys: K[];
  readonly answer: Promise<A>;
}

/**
 * One read for many callers: those that ask in one turn of the event loop, or while a read is under way, ask together. Each
 * is answered by a read that began after it asked. A read that fails fails for all who share it.
 */
export class Gather<K, A> {
  private open: Batch<K, A> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly read: (keys: readonly K[]) => Promise<A>) {}

  /** The answer speaks of these keys, and of others. */
  ask(keys: readonly K[]): Promise<A> {
    this.open ??= this.begin();
    for (const key of keys) this.open.keys.push(key);
    return this.open.answer;
  }

  private begin(): Batch<K, A> {
    const keys: K[] = [];
    const answer = this.last.then(nextTurn).then(() => {
      this.open = null;
      return this.read(keys);
    });
    this.last = answer.catch(() => undefined);
    return { keys, answer };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
