import { Clock, newId } from '@app/kernel';
import { OutboxRepository, Transactions, type ToldEvent, type WaitingEvent } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { DeliveryRepository, type NewDelivery } from '../deliveries/delivery.repository';
import { WebhookEndpointRepository } from '../endpoints/webhook-endpoint.repository';
import { topicsOf } from '../topics';
import { gather, GATHERED } from './gather-policy';

const BATCH = 100;
const GATHERED_MAX = 1_000;

/** Makes deliveries of events, one for each endpoint that wants the topic. */
@Injectable()
export class EventSpreader {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly endpoints: WebhookEndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** One batch; whether there may be more. */
  async sweep(): Promise<boolean> {
    const now = this.clock.now();
    return this.transactions.run(async (manager) => {
      const due = await this.outbox.claim(manager, now, BATCH);
      if (due.length === 0) return false;
      const groups = gather(await this.withOthers(manager, due));
      const told = groups.map((group): ToldEvent => ({ ...group.told, publicId: newId('evt') }));
      await this.outbox.spread(manager, told, now);
      await this.outbox.delete(
        manager,
        groups.flatMap(({ dropped }) => dropped),
      );
      await this.deliveries.insert(manager, await this.deliveriesOf(manager, told, now));
      return due.length === BATCH;
    });
  }

  /** Of what is gathered, what waits of the same subjects and is not due yet, too. */
  private async withOthers(manager: EntityManager, due: readonly WaitingEvent[]): Promise<WaitingEvent[]> {
    const all = new Map(due.map((event) => [event.id, event]));
    for (const topic of GATHERED) {
      const subjects = [...new Set(due.filter((event) => event.topic === topic).map(({ subject }) => subject))];
      if (subjects.length === 0) continue;
      for (const event of await this.outbox.claimOf(manager, topic, subjects, GATHERED_MAX)) all.set(event.id, event);
    }
    return [...all.values()];
  }

  private async deliveriesOf(manager: EntityManager, events: readonly ToldEvent[], now: Date): Promise<NewDelivery[]> {
    const endpoints = await this.endpoints.listEnabled(manager, [...new Set(events.map((event) => event.providerId))]);
    return events.flatMap((event) =>
      endpoints
        .filter(({ providerId, topics }) => providerId === event.providerId && hears(topics, event.topic))
        .map((endpoint) => ({ id: newId('dlv'), endpointId: endpoint.id, eventId: event.id, now })),
    );
  }
}

function hears(topics: string, topic: string): boolean {
  return topicsOf(topics).some((one) => one === topic);
}
