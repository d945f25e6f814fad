import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from './platform.entity';

/**
 * What is counted of a platform. By day: component tokens bought (WeChat's limit is 10,000), tokens WeChat refused although
 * they were not over. By month: quota resets (WeChat's limit is 10).
 */
export type PlatformCounterName =
  'component_token_bought' | 'component_token_rejected' | 'account_token_rejected' | 'quota_cleared';

@Entity('platform_counter')
export class PlatformCounter {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_platform_counter_platform', onDelete: 'CASCADE' })
  platformId: string;

  @PrimaryColumn(WORD)
  name: PlatformCounterName;

  /** Shanghai day 'YYYY-MM-DD' or month 'YYYY-MM'. */
  @PrimaryColumn({ ...WORD, length: 10 })
  period: string;

  @Column({ type: 'int', unsigned: true })
  count: number;

  @Column({ ...INSTANT, name: 'updated_at' })
  updatedAt: Date;
}
