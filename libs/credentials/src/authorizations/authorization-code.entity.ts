import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Account } from '../accounts/account.entity';
import { HASH, ID, INSTANT, OWNER, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

export type CodeState = 'open' | 'done' | 'invalid' | 'expired' | 'mini_program';

/** One row per authorization code seen, so that redirect and push exchange it once between them. */
@Entity('authorization_code')
@Index('UQ_authorization_code', ['platformId', 'codeHash'], { unique: true })
@Index('IDX_authorization_code_account', ['accountId'])
@Index('IDX_authorization_code_age', ['accountId', 'createdAt'])
export class AuthorizationCode {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_authorization_code_platform', onDelete: 'CASCADE' })
  platformId: string;

  @Column({ ...HASH, name: 'code_hash' })
  codeHash: Buffer;

  @Column(WORD)
  state: CodeState;

  @Column({ type: 'int', nullable: true })
  errcode: number | null;

  @Column({ type: 'int', unsigned: true, name: 'account_id', nullable: true })
  @ForeignKey(() => Account, { name: 'FK_authorization_code_account', onDelete: 'CASCADE' })
  accountId: number | null;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...OWNER, name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  @Column({ ...INSTANT, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}
