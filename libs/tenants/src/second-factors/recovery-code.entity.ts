import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { User } from '../users/user.entity';

/** What stands in for the app once. */
@Entity('recovery_code')
@ForeignKey(() => User, ['userId'], ['id'], { name: 'FK_recovery_code_user', onDelete: 'CASCADE' })
export class RecoveryCode {
  @PrimaryColumn({ ...ID_COLUMN, name: 'user_id' })
  userId: string;

  /** SHA-256: a code has 80 random bits. */
  @PrimaryColumn('binary', { name: 'code_hash', length: 32 })
  codeHash: Buffer;

  @Column({ ...INSTANT_COLUMN, name: 'used_at', nullable: true })
  usedAt: Date | null;
}
