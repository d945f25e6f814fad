import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { Merchant } from '../merchants/merchant.entity';
import { Provider } from '../providers/provider.entity';
import { type Role } from '../role-policy';
import { User } from './user.entity';

@Entity('membership')
@Index('UQ_membership', ['userId', 'role', 'scopeId'], { unique: true })
@Index('IDX_membership_provider', ['providerId'])
@Index('IDX_membership_merchant', ['merchantId'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_membership_user', onDelete: 'CASCADE' })
@ForeignKey(() => Provider, ['providerId'], ['id'], { name: 'FK_membership_provider', onDelete: 'CASCADE' })
@ForeignKey(() => Merchant, ['merchantId'], ['id'], { name: 'FK_membership_merchant', onDelete: 'CASCADE' })
export class Membership {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  @Column({ ...ID_COLUMN, length: 24 })
  role: Role;

  /** Repeats providerId or merchantId, '' for a host: NULLs would defeat the unique key. */
  @Column({ ...ID_COLUMN, name: 'scope_id' })
  scopeId: string;

  @Column({ ...ID_COLUMN, name: 'provider_id', nullable: true })
  providerId: string | null;

  @Column({ ...ID_COLUMN, name: 'merchant_id', nullable: true })
  merchantId: string | null;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;
}
