import { type HeldDelivery } from '../deliveries/delivery.repository';

/** The body of a delivery. Every attempt at every endpoint sends the same bytes. */
export function messageOf({
  topic,
  payload,
  occurredAt,
}: Pick<HeldDelivery, 'topic' | 'payload' | 'occurredAt'>): string {
  return JSON.stringify({ type: topic, timestamp: occurredAt.toISOString(), data: JSON.parse(payload) as unknown });
}
