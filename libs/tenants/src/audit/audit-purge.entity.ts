import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID_COLUMN } from '../id-column';

/** What a purge emptied of a chain. Who writes the database without the key ring cannot say that it was a purge. */
@Entity('audit_purge')
export class AuditPurge {
  @PrimaryColumn(ID_COLUMN)
  chain: string;

  @PrimaryColumn({ ...ID_COLUMN, name: 'purge_id' })
  purgeId: string;

  @Column({ ...ID_COLUMN, name: 'key_id' })
  keyId: string;

  /** How many events, the place of the last one, and a digest of all their places and hashes. */
  @Column('varbinary', { length: 200 })
  sealed: Buffer;
}
