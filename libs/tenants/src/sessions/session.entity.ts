import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';

@Entity('session')
@Index('UQ_session_id', ['id'], { unique: true })
@Index('IDX_session_user', ['userId'])
@Index('IDX_session_expiry', ['expiresAt'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_session_user', onDelete: 'CASCADE' })
export class Session {
  /** SHA-256 of the token in the cookie: who reads the database cannot log in with what is there. */
  @PrimaryColumn('binary', { name: 'id_hash', length: 32 })
  idHash: Buffer;

  @Column({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'expires_at' })
  expiresAt: Date;

  /** What its person names it by, to end it; worth nothing as a cookie. */
  @Column(ID_COLUMN)
  id: string;

  /** To the minute. */
  @Column({ ...INSTANT_COLUMN, name: 'last_used_at' })
  lastUsedAt: Date;

  /** The client's address at login. */
  @Column({ ...ID_COLUMN, length: 45 })
  address: string;

  /** How the browser called itself at login. */
  @Column('varchar', { length: 200 })
  agent: string;
}
