import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What is asked for by itself, and at what time of day in Shanghai. */
@Entity('schedule')
@ForeignKey('Platform', ['platformId'], ['id'], { name: 'FK_schedule_platform', onDelete: 'CASCADE' })
@Index('UQ_schedule_platform_kind', ['platformId', 'kind'], { unique: true })
export class ScheduleEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  id: string;

  @Column({ name: 'platform_id', type: 'varchar', length: 32 })
  platformId: string;

  @Column({ type: 'varchar', length: 32 })
  kind: string;

  @Column({ name: 'minute_of_day', type: 'smallint', unsigned: true })
  minuteOfDay: number;

  @Column({ type: 'tinyint', unsigned: true, default: 1 })
  enabled: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;
}
