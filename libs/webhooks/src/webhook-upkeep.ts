import { Clock } from '@app/kernel';
import { OutboxRepository } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { WebhookEndpointRepository } from './endpoints/webhook-endpoint.repository';
import { WebhooksConfig } from './webhooks.config';

const EVENTS = 200;
const DELIVERIES = 500;
const DAY_MS = 86_400_000;

/** Removes what is over: old events with their deliveries, and what deleted endpoints left. */
@Injectable()
export class WebhookUpkeep {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly endpoints: WebhookEndpointRepository,
    private readonly config: WebhooksConfig,
    private readonly clock: Clock,
  ) {}

  /** One batch of each; whether there may be more. */
  async sweep(): Promise<boolean> {
    const before = new Date(this.clock.now().getTime() - this.config.WEBHOOK_DAYS * DAY_MS);
    const events = await this.outbox.prune(before, EVENTS);
    const rows = await this.endpoints.prune(DELIVERIES);
    return events === EVENTS || rows > 0;
  }
}
