import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type TaskState } from './task-states';

/** A fetch's part for one account; the row is the truth, a job in BullMQ only points at it. */
@Entity('fetch_task')
@ForeignKey('FetchEntity', ['fetchId'], ['id'], { name: 'FK_fetch_task_fetch', onDelete: 'CASCADE' })
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_fetch_task_account', onDelete: 'CASCADE' })
@Index('IDX_fetch_task_line', ['line', 'turnKey', 'nextAttemptAt', 'id'])
@Index('IDX_fetch_task_due', ['line', 'nextAttemptAt'])
@Index('UQ_fetch_task_account', ['fetchId', 'accountId'], { unique: true })
@Index('UQ_fetch_task_in_flight', ['inFlight'], { unique: true })
@Index('IDX_fetch_task_fetch', ['fetchId', 'state'])
@Index('IDX_fetch_task_account', ['accountId'])
export class FetchTaskEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ name: 'fetch_id', type: 'varchar', length: 32 })
  fetchId: string;

  @Column({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @Column({ name: 'turn_key', type: 'varchar', length: 32 })
  turnKey: string;

  @Column({ type: 'tinyint', unsigned: true, default: 1 })
  lane: number;

  /** Where it stands: 0 waits for its time, the lane's number may be taken, null is in flight or over. */
  @Column({ type: 'tinyint', unsigned: true, nullable: true })
  line: number | null;

  /**
   * The account's appid while queued or running: the unique index keeps calls for an appid one at a time, and leads to all
   * that is in flight.
   */
  @Column({ name: 'in_flight', type: 'varchar', length: 32, nullable: true })
  inFlight: string | null;

  /** The job that carries it. */
  @Column({ name: 'turn_id', type: 'varchar', length: 64, nullable: true })
  turnId: string | null;

  /** Windows in a row, going back, that WeChat answered empty. */
  @Column({ name: 'empty_windows', type: 'tinyint', unsigned: true, default: 0 })
  emptyWindows: number;

  /** The newest day of those windows. */
  @Column({ name: 'empty_to', type: 'date', nullable: true })
  emptyTo: string | null;

  /** Days given up as unknown: no answer to them could be used. */
  @Column({ name: 'unclear_days', type: 'smallint', unsigned: true, default: 0 })
  unclearDays: number;

  /** How often the range was gone through. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  passes: number;

  @Column({ type: 'int', unsigned: true, default: 0 })
  calls: number;

  /** Asks for days before the account's first data, too. */
  @Column({ name: 'ignore_before', type: 'tinyint', unsigned: true, default: 0 })
  ignoreBefore: number;

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
