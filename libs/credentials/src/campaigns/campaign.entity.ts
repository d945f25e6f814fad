import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT } from '../columns';

/** A provider's request to some accounts to authorize again. Its members are fixed when it is made. */
@Entity('campaign')
@Index('IDX_campaign_provider', ['providerId', 'id'])
export class Campaign {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'provider_id' })
  @ForeignKey('provider', { name: 'FK_campaign_provider', onDelete: 'RESTRICT' })
  providerId: string;

  @Column({ type: 'varchar', length: 120 })
  name: string;

  @Column({ type: 'int', unsigned: true, name: 'member_count' })
  memberCount: number;

  @Column({ ...ID, name: 'created_by' })
  createdBy: string;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  /** Every link of the campaign ends then. */
  @Column({ ...INSTANT, name: 'expires_at' })
  expiresAt: Date;

  @Column({ ...INSTANT, name: 'closed_at', nullable: true })
  closedAt: Date | null;
}
