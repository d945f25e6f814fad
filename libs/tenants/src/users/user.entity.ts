import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';

@Entity('user')
@Index('UQ_user_email', ['email'], { unique: true })
export class User {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  /** Trimmed and in lower case. */
  @Column('varchar', { length: 254 })
  email: string;

  @Column('varchar', { length: 120 })
  name: string;

  /** Null for a person who is invited and has not joined yet. */
  @Column('varchar', { name: 'password_hash', length: 255, nullable: true })
  passwordHash: string | null;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'disabled_at', nullable: true })
  disabledAt: Date | null;
}
