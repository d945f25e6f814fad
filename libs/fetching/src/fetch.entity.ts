import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What somebody asked for: a scope and a range of days. */
@Entity('fetch')
@ForeignKey('Provider', ['providerId'], ['id'], { name: 'FK_fetch_provider', onDelete: 'RESTRICT' })
@ForeignKey('Merchant', ['merchantId'], ['id'], { name: 'FK_fetch_merchant', onDelete: 'CASCADE' })
@Index('IDX_fetch_provider', ['providerId', 'id'])
@Index('IDX_fetch_merchant', ['merchantId', 'id'])
@Index('IDX_fetch_expanded', ['expandedAt', 'id'])
@Index('UQ_fetch_origin', ['origin'], { unique: true })
@Index('IDX_fetch_act', ['act', 'id'])
@Index('IDX_fetch_over', ['overAt', 'id'])
export class FetchEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  id: string;

  @Column({ name: 'provider_id', type: 'varchar', length: 32 })
  providerId: string;

  @Column({ name: 'merchant_id', type: 'varchar', length: 32, nullable: true })
  merchantId: string | null;

  @Column({ name: 'requested_by', type: 'varchar', length: 32 })
  requestedBy: string;

  /** What made it. */
  @Column({ type: 'varchar', length: 32, default: 'asked' })
  kind: 'asked' | 'daily' | 'backfill' | 'probe';

  @Column({ type: 'tinyint', unsigned: true, default: 1 })
  lane: number;

  /** JSON, exact: accounts are found by it page by page. */
  @Column({ type: 'mediumtext' })
  scope: string;

  /** JSON: what whoever asked could reach then; null when the system asked. */
  @Column({ type: 'mediumtext', nullable: true })
  reach: string | null;

  /** Accounts up to this id have their task. */
  @Column({ name: 'expanded_after', type: 'int', unsigned: true, default: 0 })
  expandedAfter: number;

  /** Null until every account has its task. */
  @Column({ name: 'expanded_at', type: 'datetime', precision: 3, nullable: true })
  expandedAt: Date | null;

  @Column({ name: 'cancelled_at', type: 'datetime', precision: 3, nullable: true })
  cancelledAt: Date | null;

  /** What the system made it from: one of a kind. */
  @Column({ type: 'varchar', length: 96, nullable: true })
  origin: string | null;

  @Column({ name: 'from_date', type: 'date' })
  fromDate: string;

  @Column({ name: 'to_date', type: 'date' })
  toDate: string;

  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  refetch: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  /** First attempts are spread over `spreadMs` from here on; null: from its creation. */
  @Column({ name: 'starts_at', type: 'datetime', precision: 3, nullable: true })
  startsAt: Date | null;

  @Column({ name: 'spread_ms', type: 'int', unsigned: true, default: 0 })
  spreadMs: number;

  @Column({ name: 'ignore_before', type: 'tinyint', unsigned: true, default: 0 })
  ignoreBefore: number;

  /** What is being done to its tasks, page by page. */
  @Column({ type: 'varchar', length: 32, nullable: true })
  act: 'cancel' | 'retry' | null;

  /** Tasks of accounts up to this id were dealt with. */
  @Column({ name: 'act_after', type: 'int', unsigned: true, default: 0 })
  actAfter: number;

  /** Since when no task has a next attempt; null until that was seen. */
  @Column({ name: 'over_at', type: 'datetime', precision: 3, nullable: true })
  overAt: Date | null;

  /** JSON: what was counted when it was over, so that nobody counts it again. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  tally: string | null;
}
