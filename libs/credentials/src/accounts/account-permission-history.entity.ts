import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Account } from './account.entity';

/** Where a change of permission sets was learnt. */
export type PermissionSource = 'redirect' | 'push' | 'info' | 'list';

@Entity('account_permission_history')
@Index('IDX_permission_history_account', ['accountId', 'id'])
@Index('IDX_permission_history_invite', ['inviteId'])
export class AccountPermissionHistory {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ type: 'int', unsigned: true, name: 'account_id' })
  @ForeignKey(() => Account, { name: 'FK_permission_history_account', onDelete: 'CASCADE' })
  accountId: number;

  @Column({ type: 'smallint', unsigned: true, name: 'set_id' })
  setId: number;

  @Column({ ...WORD, name: 'change_kind' })
  changeKind: 'granted' | 'withdrawn';

  @Column(WORD)
  source: PermissionSource;

  /** The invite the authorization came through, when there was one. */
  @Column({ ...ID, name: 'invite_id', nullable: true })
  @ForeignKey('invite', { name: 'FK_permission_history_invite', onDelete: 'SET NULL' })
  inviteId: string | null;

  @Column({ ...INSTANT, name: 'changed_at' })
  changedAt: Date;
}
