import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What openapi/quota/get last said of getusercumulate for an appid. It lags, so it is a hint. */
@Entity('quota_hint')
export class QuotaHintEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  appid: string;

  @Column({ name: 'daily_limit', type: 'int', unsigned: true, nullable: true })
  dailyLimit: number | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  used: number | null;

  /** Null until WeChat answered. */
  @Column({ name: 'read_at', type: 'datetime', precision: 3, nullable: true })
  readAt: Date | null;

  /** When it was last asked for, answered or not. */
  @Column({ name: 'asked_at', type: 'datetime', precision: 3 })
  askedAt: Date;
}
