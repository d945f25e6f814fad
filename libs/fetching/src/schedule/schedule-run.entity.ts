import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ScheduleEntity } from './schedule.entity';

/** One due time of a schedule: whoever inserts it first has claimed it. */
@Entity('schedule_run')
@Index('UQ_schedule_run_due', ['scheduleId', 'dueAt'], { unique: true })
export class ScheduleRunEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ name: 'schedule_id', type: 'varchar', length: 32 })
  @ForeignKey(() => ScheduleEntity, { name: 'FK_schedule_run_schedule', onDelete: 'CASCADE' })
  scheduleId: string;

  @Column({ name: 'due_at', type: 'datetime', precision: 3 })
  dueAt: Date;

  @Column({ name: 'fetch_id', type: 'varchar', length: 32, nullable: true })
  fetchId: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;
}
