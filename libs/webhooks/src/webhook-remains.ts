import { found, SUBJECTS, type Leaving, type MerchantRemains } from '@app/tenants';

/** Told of the merchant, or of an account before anybody knew whose it is. */
const ABOUT = `e.merchant_id = ? OR e.subject IN (${SUBJECTS})`;
const about = ({ merchantId, purgeId }: Leaving): unknown[] => [merchantId, purgeId];

/** What the provider's receivers have is theirs; what waits for them, and what is kept of it, goes. */
export const webhookRemains: MerchantRemains = {
  doors: [],
  rows: [],
  traces: [
    found('webhook_delivery', 'id', `t.event_id IN (SELECT e.id FROM outbox_event e WHERE ${ABOUT})`, about),
    found('outbox_event', 'id', `t.id IN (SELECT e.id FROM outbox_event e WHERE ${ABOUT})`, about),
  ],
};
