import { Column, Entity, PrimaryColumn } from 'typeorm';

const WORD = { type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' } as const;
const INSTANT = { type: 'datetime', precision: 3 } as const;

/** A process and the keys it holds; it is alive as long as it says so. Times are the database's own. */
@Entity('sealing_process')
export class SealingProcess {
  @PrimaryColumn({ ...WORD, length: 64 })
  id: string;

  @Column(WORD)
  program: string;

  @Column({ type: 'varchar', length: 255 })
  host: string;

  @Column({ type: 'int', unsigned: true })
  pid: number;

  @Column({ ...WORD, name: 'sealing_key_id' })
  sealingKeyId: string;

  /** All it can open with, comma separated. */
  @Column({ ...WORD, length: 1056, name: 'key_ids' })
  keyIds: string;

  @Column({ ...INSTANT, name: 'started_at' })
  startedAt: Date;

  @Column({ ...INSTANT, name: 'seen_at' })
  seenAt: Date;
}
