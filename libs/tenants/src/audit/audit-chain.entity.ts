import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID_COLUMN } from '../id-column';

/** Where a chain of sealed events ends. Who writes the database without the key ring cannot make another end. */
@Entity('audit_chain')
export class AuditChain {
  /** A provider's id, or `installation`. */
  @PrimaryColumn(ID_COLUMN)
  chain: string;

  @Column({ name: 'last_id', type: 'bigint', unsigned: true })
  lastId: number;

  @Column({ ...ID_COLUMN, name: 'key_id' })
  keyId: string;

  /** Place and hash of the last event. */
  @Column('varbinary', { length: 200 })
  sealed: Buffer;
}
