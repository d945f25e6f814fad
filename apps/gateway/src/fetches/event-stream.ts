import { Readable } from 'node:stream';

/** What a slow reader may be behind; whoever reads nothing is sent nothing. */
const MAX_BEHIND_BYTES = 65_536;

/** An answer in the form of server-sent events (HTML standard, section 9.2). */
export class EventStream extends Readable {
  private hasEnded = false;

  constructor(private readonly whenClosed: () => void) {
    super({ read: () => undefined });
  }

  get isBehind(): boolean {
    return this.readableLength > MAX_BEHIND_BYTES;
  }

  get isFinished(): boolean {
    return this.hasEnded || this.destroyed;
  }

  /** How long a browser waits before it comes again. */
  retryAfter(ms: number): void {
    this.push(`retry: ${ms}\n\n`);
  }

  /** `data` must be JSON: it has no line breaks. */
  event(name: string, data: object, id?: string): void {
    this.push(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from closing a connection on which nothing happens. */
  heartbeat(): void {
    if (!this.isBehind && !this.isFinished) this.push(': \n\n');
  }

  end(): void {
    this.hasEnded = true;
    this.push(null);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.whenClosed();
    done(error);
  }
}
