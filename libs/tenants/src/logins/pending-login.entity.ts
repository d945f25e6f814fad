import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';

/** A login whose password was right, until a code is shown. It is no session: nothing but the second step knows it. */
@Entity('pending_login')
@Index('IDX_pending_login_user', ['userId'])
@Index('IDX_pending_login_expiry', ['expiresAt'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_pending_login_user', onDelete: 'CASCADE' })
export class PendingLogin {
  @PrimaryColumn('binary', { name: 'token_hash', length: 32 })
  tokenHash: Buffer;

  @Column({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  /** Codes that were tried. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  tries: number;

  @Column({ ...INSTANT_COLUMN, name: 'expires_at' })
  expiresAt: Date;
}
