import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An older day that an answer lacked: missing from two separate answers, it is `absent`. */
@Entity('day_miss')
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_day_miss_account', onDelete: 'CASCADE' })
export class DayMissEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @PrimaryColumn({ name: 'ref_date', type: 'date' })
  refDate: string;

  @Column({ name: 'missed_at', type: 'datetime', precision: 3 })
  missedAt: Date;
}
