import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';

const WORD = { ...ID_COLUMN, length: 16, nullable: true } as const;
const HASH = { type: 'binary', length: 32, nullable: true } as const;

/** `refused`: by us, with a code; `failed`: by a fault of ours or of WeChat's. Null: it began, and nobody knows how it ended. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

/** Something somebody did. Rows are added and, once sealed, never changed, but for being purged. */
@Entity('audit_event')
@Index('UQ_audit_event_seq', ['chain', 'seq'], { unique: true })
@Index('IDX_audit_event_chain', ['chain', 'id'])
@Index('IDX_audit_event_merchant', ['merchantId', 'id'])
@Index('IDX_audit_event_target', ['targetId', 'id'])
@Index('IDX_audit_event_actor', ['actorId', 'id'])
@Index('IDX_audit_event_purge', ['purgedAt', 'at'])
export class AuditEvent {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  /** The request that did it; its public id, too. */
  @Column({ ...ID_COLUMN, name: 'request_id' })
  requestId: string;

  /** The provider to whose tenants it was done, or `installation`. */
  @Column(ID_COLUMN)
  chain: string;

  /** The merchant it was done to, when it was one. */
  @Column({ ...ID_COLUMN, name: 'merchant_id', nullable: true })
  merchantId: string | null;

  @Column(INSTANT_COLUMN)
  at: Date;

  @Column({ ...WORD, name: 'actor_kind' })
  actorKind: 'host' | 'user' | 'key' | 'nobody' | null;

  @Column({ ...ID_COLUMN, name: 'actor_id', nullable: true })
  actorId: string | null;

  /** E-mail address or key name, as they were then. */
  @Column({ type: 'varchar', length: 255, name: 'actor_name', nullable: true })
  actorName: string | null;

  /** The merchant whose staff or key it was; null: the provider's. */
  @Column({ ...ID_COLUMN, name: 'actor_merchant_id', nullable: true })
  actorMerchantId: string | null;

  @Column({ ...ID_COLUMN, length: 40, nullable: true })
  action: string | null;

  /** Method and template, never a path. */
  @Column({ ...ID_COLUMN, length: 160, nullable: true })
  route: string | null;

  @Column({ ...ID_COLUMN, name: 'target_id', nullable: true })
  targetId: string | null;

  /** Ids the request named, separated by spaces. */
  @Column({ ...ID_COLUMN, length: 700, name: 'target_ids', nullable: true })
  targetIds: string | null;

  @Column({ ...ID_COLUMN, length: 45, nullable: true })
  address: string | null;

  @Column({ ...WORD })
  outcome: AuditOutcome | null;

  @Column({ ...ID_COLUMN, length: 64, nullable: true })
  code: string | null;

  /** Its place in the chain, from 1 on; null until it is sealed. */
  @Column({ type: 'int', unsigned: true, nullable: true })
  seq: number | null;

  /** SHA-256 of what the row says; it stays when the row is purged. */
  @Column({ ...HASH, name: 'content_hash' })
  contentHash: Buffer | null;

  /** SHA-256 of the hash before, the place and `contentHash`. */
  @Column(HASH)
  hash: Buffer | null;

  @Column({ ...INSTANT_COLUMN, name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  /** The purge that emptied it; null: age did. */
  @Column({ ...ID_COLUMN, name: 'purge_id', nullable: true })
  purgeId: string | null;
}
