import { Column, Entity, PrimaryColumn } from 'typeorm';

const INSTANT = { type: 'datetime', precision: 3 } as const;

/** A key id this database has met. Times are the database's own. */
@Entity('sealing_key')
export class SealingKey {
  @PrimaryColumn({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  id: string;

  /** A known text, sealed under the key: other bytes under the same id do not open it. */
  @Column({ type: 'varbinary', length: 255, name: 'check_value' })
  checkValue: Buffer;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  /** When a process last began to seal with it. */
  @Column({ ...INSTANT, name: 'used_at', nullable: true })
  usedAt: Date | null;

  @Column({ ...INSTANT, name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
