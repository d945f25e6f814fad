import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** An account that WeChat lists and that is not kept, because INFO called it another kind than an Official Account. */
@Entity('other_kind_account')
export class OtherKindAccount {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_other_kind_account_platform', onDelete: 'CASCADE' })
  platformId: string;

  @PrimaryColumn(WORD)
  appid: string;

  @Column(WORD)
  kind: string;

  /** When INFO told it. */
  @Column({ ...INSTANT, name: 'told_at' })
  toldAt: Date;
}
