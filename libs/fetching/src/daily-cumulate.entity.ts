import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What `state` holds; a day without a row is unknown, or `before` the account's first data. */
export const DAY_STATE = { absent: 1, value: 2 } as const;

/** One day of one account: the followers it had at the end of that day. */
@Entity('daily_cumulate')
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_daily_cumulate_account', onDelete: 'RESTRICT' })
export class DailyCumulateEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @PrimaryColumn({ name: 'ref_date', type: 'date' })
  refDate: string;

  @Column({ name: 'cumulate_user', type: 'int', unsigned: true, nullable: true })
  cumulateUser: number | null;

  @Column({ type: 'tinyint', unsigned: true })
  state: number;

  @Column({ name: 'fetched_at', type: 'datetime', precision: 3 })
  fetchedAt: Date;

  @Column({ type: 'smallint', unsigned: true, default: 0 })
  revision: number;
}
