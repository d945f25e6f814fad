import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What somebody asked for: a scope and a range of days. */
@Entity('fetch')
@ForeignKey('Provider', ['providerId'], ['id'], { name: 'FK_fetch_provider', onDelete: 'RESTRICT' })
@ForeignKey('Merchant', ['merchantId'], ['id'], { name: 'FK_fetch_merchant', onDelete: 'CASCADE' })
@Index('IDX_fetch_provider', ['providerId', 'id'])
@Index('IDX_fetch_merchant', ['merchantId', 'id'])
export class FetchEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  id: string;

  @Column({ name: 'provider_id', type: 'varchar', length: 32 })
  providerId: string;

  @Column({ name: 'merchant_id', type: 'varchar', length: 32, nullable: true })
  merchantId: string | null;

  @Column({ name: 'requested_by', type: 'varchar', length: 32 })
  requestedBy: string;

  @Column({ type: 'varchar', length: 4000 })
  scope: string;

  @Column({ name: 'from_date', type: 'date' })
  fromDate: string;

  @Column({ name: 'to_date', type: 'date' })
  toDate: string;

  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  refetch: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;
}
