import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One call to WeChat, kept for a while so that a person can see what was asked and answered. */
@Entity('fetch_call')
@Index('IDX_fetch_call_account', ['accountId', 'calledAt'])
export class FetchCallEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;

  @Column({ name: 'task_id', type: 'bigint', unsigned: true })
  taskId: number;

  @Column({ name: 'window_from', type: 'date' })
  windowFrom: string;

  @Column({ name: 'window_to', type: 'date' })
  windowTo: string;

  @Column({ name: 'called_at', type: 'datetime', precision: 3 })
  calledAt: Date;

  @Column({ type: 'int', unsigned: true })
  ms: number;

  @Column({ type: 'varchar', length: 32 })
  outcome: string;

  @Column({ type: 'int', nullable: true })
  errcode: number | null;

  @Column({ name: 'row_count', type: 'tinyint', unsigned: true })
  rowCount: number;

  @Column({ type: 'varchar', length: 64, nullable: true })
  rid: string | null;
}
