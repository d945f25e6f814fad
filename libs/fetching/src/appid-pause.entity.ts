import { Column, Entity, PrimaryColumn } from 'typeorm';

/** WeChat's quotas belong to the appid: until `endsAt` nobody calls for it, on any platform. */
@Entity('appid_pause')
export class AppidPauseEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  appid: string;

  @Column({ name: 'ends_at', type: 'datetime', precision: 3 })
  endsAt: Date;

  @Column({ type: 'int' })
  errcode: number;

  @Column({ type: 'varchar', length: 64, nullable: true })
  rid: string | null;

  @Column({ name: 'noted_at', type: 'datetime', precision: 3 })
  notedAt: Date;
}
