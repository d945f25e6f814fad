import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const WORD = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;
const INSTANT = { type: 'datetime', precision: 3 } as const;

/** A request that may be sent again: who does its work now, and what it was answered. */
@Entity('idempotency_key')
@Index('IDX_idempotency_key_expiry', ['expiresAt'])
@Index('IDX_idempotency_key_key', ['keyId'])
export class IdempotencyKeyEntity {
  /** SHA-256, in hex, of caller, route and the caller's key: so no caller meets another's. */
  @PrimaryColumn({ ...WORD, type: 'char', length: 64 })
  id: string;

  /** A person's id, or an API key's. */
  @Column({ ...WORD, name: 'caller_id' })
  callerId: string;

  /** Method and template. */
  @Column({ ...WORD, length: 200 })
  route: string;

  @Column({ ...WORD, name: 'key_id' })
  keyId: string;

  /** JSON: the fingerprint of the request and, once there is one, its answer. */
  @Column({ type: 'mediumblob' })
  sealed: Buffer;

  @Column({ ...WORD, name: 'lease_owner', length: 36, type: 'char' })
  leaseOwner: string;

  /** By the database's clock. */
  @Column({ ...INSTANT, name: 'lease_until' })
  leaseUntil: Date;

  /** Written by the transactions of the work themselves: set, it was done, whatever became of the answer. */
  @Column({ ...INSTANT, name: 'worked_at', nullable: true })
  workedAt: Date | null;

  @Column({ ...INSTANT, name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  @Column({ ...INSTANT, name: 'expires_at' })
  expiresAt: Date;
}

export const idempotencyEntities = [IdempotencyKeyEntity];
