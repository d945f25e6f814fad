import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';

/** A browser that a person logged in with. It opens nothing; what strangers try does not hold it back. */
@Entity('known_device')
@Index('IDX_known_device_user', ['userId', 'expiresAt'])
@Index('IDX_known_device_expiry', ['expiresAt'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_known_device_user', onDelete: 'CASCADE' })
export class KnownDevice {
  /** SHA-256 of its cookie. */
  @PrimaryColumn('binary', { name: 'token_hash', length: 32 })
  tokenHash: Buffer;

  @Column({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  /** Where it logged in last: SHA-256 of user and network. */
  @Column('binary', { name: 'network_hash', length: 32 })
  networkHash: Buffer;

  @Column({ ...INSTANT_COLUMN, name: 'expires_at' })
  expiresAt: Date;
}
