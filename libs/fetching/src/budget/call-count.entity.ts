import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Calls made for an appid, or on a platform, on one day of Shanghai. */
@Entity('call_count')
@Index('IDX_call_count_day', ['day'])
export class CallCountEntity {
  /** An appid, or a platform's id. */
  @PrimaryColumn({ type: 'varchar', length: 32 })
  subject: string;

  @PrimaryColumn({ type: 'date' })
  day: string;

  @PrimaryColumn({ type: 'tinyint', unsigned: true })
  lane: number;

  @Column({ type: 'int', unsigned: true })
  calls: number;
}
