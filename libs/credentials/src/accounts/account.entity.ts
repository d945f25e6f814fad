import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** `incomplete`: WeChat has not given a refresh token, or took it back; somebody must authorize again. */
export type AccountState = 'authorized' | 'revoked' | 'incomplete';

/**
 * Why an account is incomplete; null: WeChat has told no refresh token since the authorization. `token_checking`: it refuses
 * ours, INFO knows no other, LIST is about to be read. `token_refused`: LIST knows no other either.
 */
export type IncompleteBecause = 'token_checking' | 'token_refused';

@Entity('account')
@Index('UQ_account_public_id', ['publicId'], { unique: true })
@Index('UQ_account_platform_appid', ['platformId', 'appid'], { unique: true })
@Index('IDX_account_merchant', ['merchantId', 'id'])
@Index('IDX_account_appid', ['appid'])
@Index('IDX_account_reread', ['state', 'rereadAt'])
@Index('IDX_account_probe', ['probeAt'])
@Index('IDX_account_platform', ['platformId', 'id'])
export class Account {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'public_id' })
  publicId: string;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_account_platform', onDelete: 'RESTRICT' })
  platformId: string;

  @Column(WORD)
  appid: string;

  /** NULL for an account that authorized without an invite of ours. */
  @Column({ ...ID, name: 'merchant_id', nullable: true })
  @ForeignKey('merchant', { name: 'FK_account_merchant', onDelete: 'RESTRICT' })
  merchantId: string | null;

  /** `official_account`, another kind of WeChat's, or `unknown` until INFO was read. */
  @Column(WORD)
  kind: string;

  @Column({ type: 'varchar', length: 255, name: 'nick_name' })
  nickName: string;

  @Column({ type: 'varchar', length: 255, name: 'principal_name' })
  principalName: string;

  @Column({ type: 'varchar', length: 64, name: 'user_name' })
  userName: string;

  @Column({ type: 'varchar', length: 1024, name: 'head_img' })
  headImg: string;

  @Column({ type: 'smallint', name: 'service_type', nullable: true })
  serviceType: number | null;

  @Column({ type: 'smallint', name: 'verify_type', nullable: true })
  verifyType: number | null;

  @Column({ type: 'smallint', name: 'account_status', nullable: true })
  accountStatus: number | null;

  @Column(WORD)
  state: AccountState;

  @Column({ ...WORD, name: 'incomplete_because', nullable: true })
  incompleteBecause: IncompleteBecause | null;

  @Column({ ...INSTANT, name: 'authorized_at' })
  authorizedAt: Date;

  @Column({ ...INSTANT, name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  /** WeChat's time of the newest grant or revoke applied: what is older is stale. */
  @Column({ ...INSTANT, name: 'event_time', nullable: true })
  eventTime: Date | null;

  @Column({ ...INSTANT, name: 'info_read_at', nullable: true })
  infoReadAt: Date | null;

  /** When somebody last asked for INFO to be read at once. */
  @Column({ ...INSTANT, name: 'info_tried_at', nullable: true })
  infoTriedAt: Date | null;

  /** When INFO is due again by the Clock; null: at once. */
  @Column({ ...INSTANT, name: 'reread_at', nullable: true })
  rereadAt: Date | null;

  @Column({ type: 'date', name: 'data_from', nullable: true })
  dataFrom: string | null;

  @Column({ type: 'date', name: 'complete_to', nullable: true })
  completeTo: string | null;

  /** When days before `dataFrom` are asked for once again. */
  @Column({ ...INSTANT, name: 'probe_at', nullable: true })
  probeAt: Date | null;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;
}
