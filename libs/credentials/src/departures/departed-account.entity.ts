import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** An account whose merchant left, while WeChat may list it still: nothing but a keyed hash of its appid. */
@Entity('departed_account')
export class DepartedAccount {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_departed_account_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** HMAC-SHA256 with the platform's pepper. */
  @PrimaryColumn({ type: 'binary', length: 32, name: 'appid_hash' })
  appidHash: Buffer;

  @Column({ ...INSTANT, name: 'left_at' })
  leftAt: Date;
}
