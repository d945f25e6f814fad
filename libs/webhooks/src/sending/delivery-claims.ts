import { Clock, type Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DeliveryRepository, type AttemptRecord, type HeldDelivery } from '../deliveries/delivery.repository';
import { WebhookEndpointRepository } from '../endpoints/webhook-endpoint.repository';
import { WebhookSecretRepository } from '../endpoints/webhook-secret.repository';
import { healthAfter, roomOf } from './breaker-policy';
import { afterAttempt } from './retry-policy';

/** Deliveries of one endpoint, held by one process. */
export interface Claim {
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: readonly Secret[];
  readonly owner: string;
  readonly deliveries: readonly HeldDelivery[];
}

/** Takes deliveries and writes down what came of them, together with the endpoint's breaker. */
@Injectable()
export class DeliveryClaims {
  constructor(
    private readonly endpoints: WebhookEndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly secrets: WebhookSecretRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Endpoints that have something to send. */
  listDue(count: number): Promise<string[]> {
    return this.endpoints.listDue(this.clock.now(), count);
  }

  freeOfDead(): Promise<number> {
    return this.deliveries.freeOfDead(this.clock.now());
  }

  /** At most `limit`, and no more than the endpoint has room for; null: nothing to send. */
  async take(endpointId: string, limit: number, lease: { owner: string; ms: number }): Promise<Claim | null> {
    const now = this.clock.now();
    const taken = await this.transactions.run(async (manager) => {
      // Another process takes from it at this moment: it is left to that one.
      const endpoint = await this.endpoints.lock(manager, endpointId, 'SKIP LOCKED');
      if (endpoint?.state !== 'enabled') return null;
      const room = Math.min(limit, roomOf(endpoint, now) - (await this.deliveries.countSending(manager, endpointId)));
      if (room <= 0) return null;
      return { endpoint, held: await this.deliveries.claim(manager, endpointId, { ...lease, now }, room) };
    });
    if (!taken || taken.held.length === 0) return null;
    const secrets = await this.secrets.list(endpointId, now);
    return { endpointId, url: taken.endpoint.url, secrets, owner: lease.owner, deliveries: taken.held };
  }

  /** What an attempt brought. Nothing is written by who lost the delivery meanwhile. */
  async settle({ endpointId, owner }: Claim, delivery: HeldDelivery, attempt: AttemptRecord): Promise<void> {
    const now = this.clock.now();
    const verdict = afterAttempt(attempt, delivery.attempts, now, Math.random());
    await this.transactions.run(async (manager) => {
      const endpoint = await this.endpoints.lock(manager, endpointId);
      const isOurs = await this.deliveries.settle(manager, { id: delivery.id, owner }, verdict, attempt);
      if (!endpoint || !isOurs) return;
      const { health, disable } = healthAfter(endpoint, attempt, now, Math.random());
      // Nearly all: nothing about the endpoint has changed.
      if (endpoint.failures === 0 && health.failures === 0) return;
      const isOff = disable !== null && endpoint.state === 'enabled';
      const change = isOff ? ({ ...health, state: 'disabled', disabledBecause: disable } as const) : health;
      await this.endpoints.update(manager, endpoint, change);
    });
  }
}
