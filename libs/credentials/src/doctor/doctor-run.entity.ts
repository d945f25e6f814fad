import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID, INSTANT, OWNER } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** The last examination of a platform, so that all gateways answer with the same one for a while. */
@Entity('doctor_run')
@Index('UQ_doctor_run_platform', ['platformId'], { unique: true })
export class DoctorRun {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_doctor_run_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** JSON of a DoctorReport; holds no secret. */
  @Column({ type: 'mediumtext', nullable: true })
  report: string | null;

  /** The database's own time, as for leases. */
  @Column({ ...INSTANT, name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column({ ...OWNER, name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  @Column({ ...INSTANT, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}
