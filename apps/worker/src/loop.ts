import { type Logger } from '@nestjs/common';

/** Runs a step again and again, never twice at once; at once again after a step that found work. */
export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly step: () => Promise<boolean>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    if (!this.stopped) this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      do {
        this.again = false;
        if (await this.step()) this.again = true;
      } while (this.again && !this.stopped);
    } catch (err) {
      this.logger.warn({ msg: `${this.name} failed`, err });
    }
    this.running = undefined;
    if (!this.stopped)
      this.timer = setTimeout(() => {
        this.start();
      }, this.everyMs);
  }
}
