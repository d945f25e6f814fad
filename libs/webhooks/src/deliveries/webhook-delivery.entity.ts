import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity';
import { type DeliveryState } from './delivery-states';

/** One event on its way to one endpoint. */
@Entity('webhook_delivery')
@Index('UQ_webhook_delivery_event', ['endpointId', 'eventId'], { unique: true })
@Index('IDX_webhook_delivery_due', ['endpointId', 'state', 'nextAttemptAt'])
@Index('IDX_webhook_delivery_log', ['endpointId', 'id'])
@Index('IDX_webhook_delivery_lease', ['leaseUntil'])
@Index('IDX_webhook_delivery_event', ['eventId'])
@ForeignKey(() => WebhookEndpoint, ['endpointId'], ['id'], {
  name: 'FK_webhook_delivery_endpoint',
  onDelete: 'CASCADE',
})
@ForeignKey('OutboxEvent', ['eventId'], ['id'], { name: 'FK_webhook_delivery_event', onDelete: 'CASCADE' })
export class WebhookDelivery {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'endpoint_id' })
  endpointId: string;

  @Column({ name: 'event_id', type: 'bigint', unsigned: true })
  eventId: number;

  @Column(WORD)
  state: DeliveryState;

  /** Why it is where it is. */
  @Column({ ...WORD, nullable: true })
  reason: string | null;

  /** Attempts begun since it was made or replayed. */
  @Column({ type: 'smallint', unsigned: true, default: 0 })
  attempts: number;

  @Column({ ...INSTANT, name: 'next_attempt_at' })
  nextAttemptAt: Date;

  @Column({ ...INSTANT, name: 'last_attempt_at', nullable: true })
  lastAttemptAt: Date | null;

  /** HTTP status of the last attempt; null: no answer came. */
  @Column({ name: 'last_status', type: 'smallint', unsigned: true, nullable: true })
  lastStatus: number | null;

  /** Why no answer came. */
  @Column({ ...WORD, name: 'last_fault', nullable: true })
  lastFault: string | null;

  /** The beginning of the answer's body. */
  @Column('varchar', { name: 'last_response', length: 500, nullable: true })
  lastResponse: string | null;

  @Column({ name: 'last_ms', type: 'int', unsigned: true, nullable: true })
  lastMs: number | null;

  @Column({ ...WORD, name: 'lease_owner', length: 64, nullable: true })
  leaseOwner: string | null;

  /** By the database's clock. */
  @Column({ ...INSTANT, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT, name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
