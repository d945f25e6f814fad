import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type TaskState } from './task-policy';

/** A fetch's part for one account; the row is the truth, a job in BullMQ only points at it. */
@Entity('fetch_task')
@ForeignKey('FetchEntity', ['fetchId'], ['id'], { name: 'FK_fetch_task_fetch', onDelete: 'CASCADE' })
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_fetch_task_account', onDelete: 'CASCADE' })
@Index('IDX_fetch_task_turn', ['state', 'turnKey', 'nextAttemptAt', 'id'])
@Index('IDX_fetch_task_fetch', ['fetchId', 'state'])
@Index('IDX_fetch_task_account', ['accountId', 'state'])
export class FetchTaskEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ name: 'fetch_id', type: 'varchar', length: 32 })
  fetchId: string;

  @Column({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @Column({ name: 'turn_key', type: 'varchar', length: 32 })
  turnKey: string;

  @Column({ name: 'from_date', type: 'date' })
  fromDate: string;

  @Column({ name: 'to_date', type: 'date' })
  toDate: string;

  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  refetch: number;

  /** The newest day not yet asked in this pass; null before the first window. */
  @Column({ name: 'cursor_date', type: 'date', nullable: true })
  cursorDate: string | null;

  @Column({ type: 'varchar', length: 32 })
  state: TaskState;

  @Column({ type: 'varchar', length: 32, nullable: true })
  reason: string | null;

  @Column({ name: 'next_attempt_at', type: 'datetime', precision: 3 })
  nextAttemptAt: Date;

  @Column({ type: 'smallint', unsigned: true, default: 0 })
  attempts: number;

  @Column({ name: 'last_errcode', type: 'int', nullable: true })
  lastErrcode: number | null;

  @Column({ name: 'last_rid', type: 'varchar', length: 64, nullable: true })
  lastRid: string | null;

  @Column({ name: 'queued_at', type: 'datetime', precision: 3, nullable: true })
  queuedAt: Date | null;

  @Column({ name: 'lease_owner', type: 'varchar', length: 64, nullable: true })
  leaseOwner: string | null;

  @Column({ name: 'lease_until', type: 'datetime', precision: 3, nullable: true })
  leaseUntil: Date | null;

  @Column({ type: 'int', unsigned: true, default: 0 })
  version: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt: Date | null;
}
