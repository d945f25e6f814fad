import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { Provider } from '../providers/provider.entity';

@Entity('merchant')
@Index('IDX_merchant_provider', ['providerId', 'id'])
@ForeignKey(() => Provider, ['providerId'], ['id'], { name: 'FK_merchant_provider', onDelete: 'RESTRICT' })
export class Merchant {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column({ ...ID_COLUMN, name: 'provider_id' })
  providerId: string;

  @Column('varchar', { length: 120 })
  name: string;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;
}
