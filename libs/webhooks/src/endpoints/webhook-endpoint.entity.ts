import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';

/** `deleted`: nobody sees it any more, its deliveries are removed bit by bit. */
export type EndpointState = 'enabled' | 'disabled' | 'deleted';
export type DisabledBecause = 'person' | 'gone' | 'failing';

/** Where a provider wants to be told. */
@Entity('webhook_endpoint')
@Index('IDX_webhook_endpoint_provider', ['providerId', 'id'])
@ForeignKey('provider', ['providerId'], ['id'], { name: 'FK_webhook_endpoint_provider', onDelete: 'CASCADE' })
export class WebhookEndpoint {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'provider_id' })
  providerId: string;

  @Column('varchar', { length: 120 })
  name: string;

  /** May hold a secret of the receiver's in its path or query. */
  @Column('varchar', { length: 2048 })
  url: string;

  /** With blanks between them. */
  @Column({ ...WORD, length: 500 })
  topics: string;

  @Column(WORD)
  state: EndpointState;

  @Column({ ...WORD, name: 'disabled_because', nullable: true })
  disabledBecause: DisabledBecause | null;

  /** Attempts in a row that failed. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  failures: number;

  /** When the first of them was. */
  @Column({ ...INSTANT, name: 'failing_since', nullable: true })
  failingSince: Date | null;

  /** The breaker: nothing is sent until then, and one delivery at a time until one succeeds. */
  @Column({ ...INSTANT, name: 'paused_until', nullable: true })
  pausedUntil: Date | null;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;
}
