import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { Provider } from '../providers/provider.entity';

/** `scheduled`: may be taken back until it is due. `running`: nothing stops it any more. */
export type PurgeState = 'scheduled' | 'running' | 'done' | 'cancelled';

/** The order to remove a merchant, how far that is, and afterwards the receipt. */
@Entity('merchant_purge')
@Index('UQ_merchant_purge_open', ['openFor'], { unique: true })
@Index('IDX_merchant_purge_provider', ['providerId', 'id'])
@Index('IDX_merchant_purge_merchant', ['merchantId', 'id'])
@Index('IDX_merchant_purge_due', ['state', 'dueAt'])
@ForeignKey(() => Provider, ['providerId'], ['id'], { name: 'FK_merchant_purge_provider', onDelete: 'RESTRICT' })
export class MerchantPurge {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column({ ...ID_COLUMN, name: 'provider_id' })
  providerId: string;

  /** Outlives its merchant. */
  @Column({ ...ID_COLUMN, name: 'merchant_id' })
  merchantId: string;

  /** The merchant again while this is not over: there is one such purge of a merchant. */
  @Column({ ...ID_COLUMN, name: 'open_for', nullable: true })
  openFor: string | null;

  @Column(ID_COLUMN)
  state: PurgeState;

  @Column({ ...ID_COLUMN, name: 'requested_by' })
  requestedBy: string;

  @Column({ ...INSTANT_COLUMN, name: 'requested_at' })
  requestedAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'due_at' })
  dueAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'started_at', nullable: true })
  startedAt: Date | null;

  /** When the merchant's own row went; traces and the audit log follow. */
  @Column({ ...INSTANT_COLUMN, name: 'gone_at', nullable: true })
  goneAt: Date | null;

  @Column({ ...INSTANT_COLUMN, name: 'done_at', nullable: true })
  doneAt: Date | null;

  @Column({ ...ID_COLUMN, name: 'cancelled_by', nullable: true })
  cancelledBy: string | null;

  @Column({ ...INSTANT_COLUMN, name: 'cancelled_at', nullable: true })
  cancelledAt: Date | null;

  /** JSON: how many rows of which table. */
  @Column({ ...ID_COLUMN, length: 4_000 })
  removed: string;

  @Column({ ...ID_COLUMN, length: 64, name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  /** The database's own (real) time. */
  @Column({ ...INSTANT_COLUMN, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}
