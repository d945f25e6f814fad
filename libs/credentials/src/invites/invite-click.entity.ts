import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { HASH, ID, INSTANT } from '../columns';
import { Invite } from './invite.entity';

/** A pre-auth code made for one click on an invite: it ties a push to its merchant when the redirect is lost. */
@Entity('invite_click')
@Index('UQ_invite_click_code', ['preAuthCodeHash', 'inviteId'], { unique: true })
@Index('IDX_invite_click_invite', ['inviteId', 'id'])
@Index('IDX_invite_click_expires', ['expiresAt'])
export class InviteClick {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'invite_id' })
  @ForeignKey(() => Invite, { name: 'FK_invite_click_invite', onDelete: 'CASCADE' })
  inviteId: string;

  @Column({ ...HASH, name: 'pre_auth_code_hash' })
  preAuthCodeHash: Buffer;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT, name: 'expires_at' })
  expiresAt: Date;
}
