import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.entity';
import { HASH, ID, INSTANT } from '../columns';
import { Platform } from '../platforms/platform.entity';

@Entity('invite')
@Index('UQ_invite_token', ['tokenHash'], { unique: true })
@Index('IDX_invite_merchant', ['merchantId', 'id'])
@Index('IDX_invite_platform', ['platformId'])
@Index('IDX_invite_account', ['accountId'])
@Index('IDX_invite_campaign', ['campaignId'])
@Index('IDX_invite_bound_account', ['boundAccountId'])
export class Invite {
  @PrimaryColumn(ID)
  id: string;

  /** SHA-256; the token itself is in the link only. */
  @Column({ ...HASH, name: 'token_hash' })
  tokenHash: Buffer;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_invite_platform', onDelete: 'CASCADE' })
  platformId: string;

  @Column({ ...ID, name: 'merchant_id' })
  @ForeignKey('merchant', { name: 'FK_invite_merchant', onDelete: 'CASCADE' })
  merchantId: string;

  @Column({ ...ID, name: 'created_by' })
  createdBy: string;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT, name: 'expires_at' })
  expiresAt: Date;

  @Column({ ...INSTANT, name: 'used_at', nullable: true })
  usedAt: Date | null;

  @Column({ type: 'int', unsigned: true, name: 'account_id', nullable: true })
  @ForeignKey(() => Account, { name: 'FK_invite_account', onDelete: 'SET NULL' })
  accountId: number | null;

  /** Set with `boundAccountId`: a link of a campaign, for that account alone. */
  @Column({ ...ID, name: 'campaign_id', nullable: true })
  @ForeignKey('campaign', { name: 'FK_invite_campaign', onDelete: 'CASCADE' })
  campaignId: string | null;

  @Column({ type: 'int', unsigned: true, name: 'bound_account_id', nullable: true })
  @ForeignKey(() => Account, { name: 'FK_invite_bound_account', onDelete: 'CASCADE' })
  boundAccountId: number | null;

  /** Presses of the link's button since `pressesFrom`: each costs a call of the platform's quota. */
  @Column({ type: 'smallint', unsigned: true, default: 0 })
  presses: number;

  @Column({ ...INSTANT, name: 'presses_from', nullable: true })
  pressesFrom: Date | null;

  /** Authorization codes that came back through the link since `codesFrom` and were not settled yet. */
  @Column({ type: 'smallint', unsigned: true, default: 0 })
  codes: number;

  @Column({ ...INSTANT, name: 'codes_from', nullable: true })
  codesFrom: Date | null;
}

/** What a new invite is made of. */
export type NewInviteRow = Omit<Invite, 'tokenHash' | 'presses' | 'pressesFrom' | 'codes' | 'codesFrom'>;
