import { DeliverySender, EventSpreader, WebhookUpkeep } from '@app/webhooks';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Loop } from './loop';

const LOOK_EVERY_MS = 500;
const UPKEEP_EVERY_MS = 60_000;
/** Less than a process has to end its work; what is under way then is sent again when its lease is over. */
const END_WITHIN_MS = 5_000;

/** Passes events on and sends them, in this process as in every other; the rows decide who does what. */
@Injectable()
export class WebhookTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhookTicker.name);
  private readonly send: Loop;
  private readonly loops: readonly Loop[];

  constructor(
    spreader: EventSpreader,
    private readonly sender: DeliverySender,
    upkeep: WebhookUpkeep,
  ) {
    this.send = this.loop('send webhooks', LOOK_EVERY_MS, async () => {
      await sender.sweep(() => {
        this.send.wake();
      });
      return false;
    });
    this.loops = [
      this.send,
      this.loop('pass events on', LOOK_EVERY_MS, () => spreader.sweep()),
      this.loop('prune webhooks', UPKEEP_EVERY_MS, () => upkeep.sweep()),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.sender.settled(END_WITHIN_MS);
  }

  private loop(name: string, everyMs: number, step: () => Promise<boolean>): Loop {
    return new Loop(name, everyMs, step, this.logger);
  }
}
