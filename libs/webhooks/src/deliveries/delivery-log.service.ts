import { Clock, newId } from '@app/kernel';
import { OutboxRepository, Transactions } from '@app/platform';
import { keyAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { WebhookService } from '../endpoints/webhook.service';
import { deliveryNotFound, deliveryUnderWay, webhookDisabled } from '../endpoints/webhook.errors';
import { messageOf } from '../sending/message';
import { PING } from '../topics';
import { DeliveryLogRepository, type DeliveryRow } from './delivery-log.repository';
import { type DeliveryState } from './delivery-states';
import { DeliveryRepository } from './delivery.repository';

/** `body` is what is sent. */
export type DeliveryView = Omit<DeliveryRow, 'payload'> & { readonly body: string };

const REPLAYED_AT_ONCE = 1_000;

/** The repositories a log is made of. */
@Injectable()
export class DeliveryRows {
  constructor(
    readonly log: DeliveryLogRepository,
    readonly deliveries: DeliveryRepository,
    readonly outbox: OutboxRepository,
  ) {}
}

/** What was sent to a provider's endpoints, and what is to be sent again. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly rows: DeliveryRows,
    private readonly webhooks: WebhookService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The newest first. Throws `webhook_not_found`, `cursor_invalid`. */
  async list(
    reach: Reach,
    webhookId: string,
    state: DeliveryState | undefined,
    request: PageRequest,
  ): Promise<Page<DeliveryView>> {
    await this.webhooks.get(reach, webhookId);
    const rows = await this.rows.log.list(webhookId, state, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: page.items.map(viewOf) };
  }

  /** Throws `webhook_delivery_not_found`. */
  async get(reach: Reach, id: string): Promise<DeliveryView> {
    const row = await this.rows.log.findInReach(reach, id);
    if (!row) throw deliveryNotFound();
    return viewOf(row);
  }

  /** Sends one that is over once more, under the same event id. Throws `webhook_delivery_not_found`, `…_under_way`. */
  async replay(reach: Reach, id: string): Promise<DeliveryView> {
    await this.get(reach, id);
    const now = this.clock.now();
    const isOver = await this.transactions.run((manager) => this.rows.log.replay(manager, id, now));
    if (!isOver) throw deliveryUnderWay();
    return this.get(reach, id);
  }

  /** Sends failed ones again, 1,000 at a time; how many. Throws `webhook_not_found`. */
  async replayFailed(reach: Reach, webhookId: string, since: Date): Promise<number> {
    await this.webhooks.get(reach, webhookId);
    return this.rows.log.replayFailed(webhookId, since, this.clock.now(), REPLAYED_AT_ONCE);
  }

  /** An event of no meaning, for this endpoint alone. Throws `webhook_not_found`, `webhook_disabled`. */
  async ping(reach: Reach, webhookId: string): Promise<DeliveryView> {
    const { providerId, state } = await this.webhooks.get(reach, webhookId);
    if (state !== 'enabled') throw webhookDisabled();
    const now = this.clock.now();
    const id = newId('dlv');
    const payload = JSON.stringify({ webhook: webhookId });
    const told = { publicId: newId('evt'), topic: PING, subject: webhookId, payload };
    const event = { ...told, providerId, merchantId: null, occurredAt: now };
    await this.transactions.run(async (manager) => {
      const eventId = await this.rows.outbox.insertSpread(manager, event, now);
      await this.rows.deliveries.insert(manager, [{ id, endpointId: webhookId, eventId, now }]);
    });
    return this.get(reach, id);
  }
}

function viewOf({ payload, ...row }: DeliveryRow): DeliveryView {
  return { ...row, body: messageOf({ ...row, payload }) };
}
