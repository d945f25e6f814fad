import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { INSTANT, WORD } from './columns';

/** Something that happened, written in the transaction it happened in; who passes it on takes it from here. */
@Entity('outbox_event')
@Index('UQ_outbox_event_public_id', ['publicId'], { unique: true })
@Index('IDX_outbox_event_due', ['spreadAt', 'dueAt'])
@Index('IDX_outbox_event_subject', ['subject', 'spreadAt'])
export class OutboxEvent {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  /** What receivers know it by; null until it is passed on. */
  @Column({ ...WORD, name: 'public_id', nullable: true })
  publicId: string | null;

  @Column(WORD)
  topic: string;

  @Column({ ...WORD, name: 'provider_id' })
  providerId: string;

  @Column({ ...WORD, name: 'merchant_id', nullable: true })
  merchantId: string | null;

  /** Public id of what it is about. */
  @Column(WORD)
  subject: string;

  /** A JSON object. */
  @Column('text')
  payload: string;

  @Column({ ...INSTANT, name: 'occurred_at' })
  occurredAt: Date;

  /** When it is passed on at the earliest: what is gathered waits for more of its kind. */
  @Column({ ...INSTANT, name: 'due_at' })
  dueAt: Date;

  /** When it was passed on. */
  @Column({ ...INSTANT, name: 'spread_at', nullable: true })
  spreadAt: Date | null;
}
