import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a day's number was before WeChat corrected it. */
@Entity('cumulate_revision')
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_cumulate_revision_account', onDelete: 'RESTRICT' })
@Index('UQ_cumulate_revision', ['accountId', 'refDate', 'revision'], { unique: true })
export class CumulateRevisionEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @Column({ name: 'ref_date', type: 'date' })
  refDate: string;

  @Column({ type: 'smallint', unsigned: true })
  revision: number;

  @Column({ name: 'old_user', type: 'int', unsigned: true, nullable: true })
  oldUser: number | null;

  @Column({ name: 'new_user', type: 'int', unsigned: true, nullable: true })
  newUser: number | null;

  @Column({ name: 'old_fetched_at', type: 'datetime', precision: 3 })
  oldFetchedAt: Date;

  @Column({ name: 'changed_at', type: 'datetime', precision: 3 })
  changedAt: Date;

  @Column({ type: 'varchar', length: 32 })
  reason: string;
}
