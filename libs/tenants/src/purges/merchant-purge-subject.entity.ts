import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID_COLUMN } from '../id-column';
import { MerchantPurge } from './merchant-purge.entity';

/** A person, key or account that leaves, until the purge is done: its own row goes before what names it. */
@Entity('merchant_purge_subject')
@ForeignKey(() => MerchantPurge, ['purgeId'], ['id'], { name: 'FK_merchant_purge_subject_purge', onDelete: 'CASCADE' })
export class MerchantPurgeSubject {
  @PrimaryColumn({ ...ID_COLUMN, name: 'purge_id' })
  purgeId: string;

  /** The public one. */
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column({ name: 'account_id', type: 'int', unsigned: true, nullable: true })
  accountId: number | null;

  @Column({ ...ID_COLUMN, name: 'platform_id', nullable: true })
  platformId: string | null;

  @Column({ ...ID_COLUMN, nullable: true })
  appid: string | null;
}
