import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What openapi/quota/get last said of getusercumulate for an appid. It lags, so it is a hint. */
@Entity('quota_hint')
export class QuotaHintEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  appid: string;

  @Column({ name: 'daily_limit', type: 'int', unsigned: true })
  dailyLimit: number;

  @Column({ type: 'int', unsigned: true })
  used: number;

  @Column({ name: 'read_at', type: 'datetime', precision: 3 })
  readAt: Date;
}
