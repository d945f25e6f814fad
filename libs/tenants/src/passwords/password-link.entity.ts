import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';
import { type LinkPurpose } from './password-link-policy';

/** A link with which its person sets a password, once. */
@Entity('password_link')
@Index('UQ_password_link_token', ['tokenHash'], { unique: true })
@Index('IDX_password_link_user', ['userId'])
@Index('IDX_password_link_expiry', ['expiresAt'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_password_link_user', onDelete: 'CASCADE' })
export class PasswordLink {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  @Column({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  @Column({ ...ID_COLUMN, length: 8 })
  purpose: LinkPurpose;

  /** SHA-256 of the token in its address. */
  @Column('binary', { name: 'token_hash', length: 32 })
  tokenHash: Buffer;

  /** Who passes it on. */
  @Column({ ...ID_COLUMN, name: 'created_by' })
  createdBy: string;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'expires_at' })
  expiresAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'used_at', nullable: true })
  usedAt: Date | null;

  /** Taken back, or followed by another. */
  @Column({ ...INSTANT_COLUMN, name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
