import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { platformNotFound } from '../platforms/platform.errors';
import { PlatformRepository } from '../platforms/platform.repository';
import { DoctorRunRepository } from './doctor-run.repository';
import { Examination, type DoctorReport } from './examination';
import { type ExaminedPlatform } from './public-probe';

/** Whoever may read may ask as often as they like: WeChat and our own callback see no more than this. */
const SAME_FOR_MS = 10_000;
/** Longer than an examination. */
const LEASE_MS = 20_000;
const WAIT_MS = 25_000;
const LOOK_EVERY_MS = 200;

/** Examines platforms; one run at a time for each, across all gateways, answered to all who ask meanwhile. */
@Injectable()
export class DoctorService {
  private readonly running = new Map<string, Promise<DoctorReport>>();

  constructor(
    private readonly platforms: PlatformRepository,
    private readonly runs: DoctorRunRepository,
    private readonly examination: Examination,
  ) {}

  /** Throws `platform_not_found`, and `doctor_busy` when another process does not come to an end. */
  async examine(reach: Reach, platformId: string): Promise<DoctorReport> {
    const platform = await this.platforms.findInReach(reach, platformId);
    if (!platform) throw platformNotFound();
    const current = this.running.get(platform.id);
    if (current) return current;
    const run = this.recentOrNew(platform).finally(() => this.running.delete(platform.id));
    this.running.set(platform.id, run);
    return run;
  }

  /** For who runs the installation: every platform, or the one of this appid, examined now. Throws `platform_not_found`. */
  async examineAll(componentAppid?: string): Promise<DoctorReport[]> {
    const all = await this.platforms.listAll();
    const chosen = all.filter(({ appid }) => componentAppid === undefined || appid === componentAppid);
    if (componentAppid !== undefined && chosen.length === 0) throw platformNotFound();
    const reports: DoctorReport[] = [];
    for (const platform of chosen) reports.push(await this.examination.run(platform));
    return reports;
  }

  private async recentOrNew(platform: ExaminedPlatform): Promise<DoctorReport> {
    const giveUpAt = Date.now() + WAIT_MS;
    for (;;) {
      const recent = await this.runs.findRecent(platform.id, SAME_FOR_MS);
      if (recent) return recent;
      await using lease = await this.runs.acquire(platform.id, LEASE_MS);
      if (lease) {
        // Somebody may have finished while we asked for the lease.
        const meanwhile = await this.runs.findRecent(platform.id, SAME_FOR_MS);
        if (meanwhile) return meanwhile;
        const report = await this.examination.run(platform);
        await this.runs.save(report);
        return report;
      }
      if (Date.now() > giveUpAt) throw new AppError('unavailable', 'doctor_busy');
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}
