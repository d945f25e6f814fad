import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { INSTANT } from '../columns';
import { Account } from './account.entity';

@Entity('account_permission')
export class AccountPermission {
  @PrimaryColumn({ type: 'int', unsigned: true, name: 'account_id' })
  @ForeignKey(() => Account, { name: 'FK_account_permission_account', onDelete: 'CASCADE' })
  accountId: number;

  @PrimaryColumn({ type: 'smallint', unsigned: true, name: 'set_id' })
  setId: number;

  @Column({ ...INSTANT, name: 'granted_at' })
  grantedAt: Date;

  /** WeChat's undocumented flags as JSON, kept as sent; nothing is decided by them. */
  @Column({ type: 'varchar', length: 255, name: 'confirm_info', nullable: true })
  confirmInfo: string | null;
}
