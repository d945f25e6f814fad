import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';

/** The secret that a person's app and we make codes of. */
@Entity('second_factor')
@Index('IDX_second_factor_key', ['keyId'])
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_second_factor_user', onDelete: 'CASCADE' })
export class SecondFactor {
  @PrimaryColumn({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  @Column({ ...ID_COLUMN, name: 'key_id' })
  keyId: string;

  @Column({ type: 'varbinary', length: 1024 })
  sealed: Buffer;

  /** The last time step a code of which was taken: no code works twice. */
  @Column({ name: 'last_step', type: 'int', unsigned: true, default: 0 })
  lastStep: number;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;

  /** Null until a code of the app was shown: it is not asked for before. */
  @Column({ ...INSTANT_COLUMN, name: 'confirmed_at', nullable: true })
  confirmedAt: Date | null;
}
