import { Clock } from '@app/kernel';
import { request } from 'undici';

const POLL_MS = 400;

/** Follows the sandbox's clock to within a second: asks it often and goes on at its speed in between, also when it is away. */
export class SandboxClock extends Clock {
  private base = { sandboxMs: Date.now(), realMs: Date.now(), speed: 1 };
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly origin: string) {
    super();
  }

  now(): Date {
    return new Date(this.base.sandboxMs + (Date.now() - this.base.realMs) * this.base.speed);
  }

  /** Resolves when the first answer is in or the sandbox proved unreachable; polling goes on until `stop`. */
  async start(): Promise<void> {
    await this.follow();
    this.timer = setInterval(() => void this.follow(), POLL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async follow(): Promise<void> {
    try {
      const { statusCode, body } = await request(`${this.origin}/sandbox/clock`, {
        headersTimeout: 2_000,
        bodyTimeout: 2_000,
      });
      const answer = (await body.json()) as { now?: unknown; speed?: unknown };
      const sandboxMs = Date.parse(String(answer.now));
      if (statusCode !== 200 || Number.isNaN(sandboxMs)) return;
      this.base = { sandboxMs, realMs: Date.now(), speed: typeof answer.speed === 'number' ? answer.speed : 1 };
    } catch {
      // The sandbox is restarting: keep the last known pace.
    }
  }
}
