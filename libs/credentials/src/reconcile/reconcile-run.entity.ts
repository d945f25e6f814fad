import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, OWNER, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** `partial`: what could be done is done; a part was not, and `error` says why. */
export type RunState = 'waiting' | 'running' | 'done' | 'partial' | 'failed';
/** `recovery`: WeChat refused a refresh token and INFO knew no other. */
export type RunCause = 'schedule' | 'demand' | 'recovery';

/** One comparison of a platform's accounts with WeChat's list. The row is the truth; a job only points at it. */
@Entity('reconcile_run')
@Index('UQ_reconcile_run_due', ['platformId', 'dueAt'], { unique: true })
@Index('IDX_reconcile_run_open', ['state', 'tryAt'])
@Index('IDX_reconcile_run_platform', ['platformId', 'id'])
@Index('IDX_reconcile_run_ended', ['endedAt'])
export class ReconcileRun {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_reconcile_run_platform', onDelete: 'CASCADE' })
  platformId: string;

  @Column(WORD)
  cause: RunCause;

  /** The user who asked for it; null for the schedule and for recovery. */
  @Column({ ...ID, name: 'asked_by', nullable: true })
  askedBy: string | null;

  @Column({ ...INSTANT, name: 'due_at' })
  dueAt: Date;

  @Column({ type: 'tinyint', unsigned: true, name: 'dry_run', default: 0 })
  dryRun: number;

  @Column(WORD)
  state: RunState;

  /** Not to be taken before, by the Clock. */
  @Column({ ...INSTANT, name: 'try_at' })
  tryAt: Date;

  @Column({ type: 'smallint', unsigned: true, default: 0 })
  attempts: number;

  /** JSON, see RunCounts. */
  @Column({ type: 'varchar', length: 1_000 })
  counts: string;

  /** JSON, a capped list of Finding. */
  @Column({ type: 'mediumtext', nullable: true })
  findings: string | null;

  /** JSON, see RunError. */
  @Column({ type: 'varchar', length: 2_000, nullable: true })
  error: string | null;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT, name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column({ ...INSTANT, name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column({ ...OWNER, name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  @Column({ ...INSTANT, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}
