import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';

@Entity('provider')
export class Provider {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column('varchar', { length: 120 })
  name: string;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;
}
