import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { acquireLease, type Lease } from '@app/platform';
import { DataSource } from 'typeorm';
import { type DoctorReport } from './examination';

/** The last report of each platform, and the lease under which the next one is made. Ages are the database's real time. */
@Injectable()
export class DoctorRunRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One that was finished less than `maxAgeMs` ago. */
  async findRecent(platformId: string, maxAgeMs: number): Promise<DoctorReport | null> {
    const [row] = await this.dataSource.query<{ report: string }[]>(
      `SELECT report FROM doctor_run WHERE platform_id = ? AND report IS NOT NULL
         AND finished_at > UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND`,
      [platformId, maxAgeMs * 1_000],
    );
    return row ? (JSON.parse(row.report) as DoctorReport) : null;
  }

  /** Null while another process examines the platform. */
  async acquire(platformId: string, ms: number): Promise<Lease | null> {
    await this.dataSource.query('INSERT INTO doctor_run (platform_id) VALUES (?) ON DUPLICATE KEY UPDATE id = id', [
      platformId,
    ]);
    const [row] = await this.dataSource.query<{ id: number }[]>('SELECT id FROM doctor_run WHERE platform_id = ?', [
      platformId,
    ]);
    if (!row) throw new AppError('bug', 'doctor_run_vanished');
    return acquireLease(this.dataSource, { table: 'doctor_run', id: row.id }, ms);
  }

  async save(report: DoctorReport): Promise<void> {
    await this.dataSource.query(
      'UPDATE doctor_run SET report = ?, finished_at = UTC_TIMESTAMP(3) WHERE platform_id = ?',
      [JSON.stringify(report), report.platformId],
    );
  }
}
