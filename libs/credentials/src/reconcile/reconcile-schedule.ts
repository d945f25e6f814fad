import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@app/kernel';
import { Jobs } from '@app/platform';
import { runReconcile } from '../credentials.jobs';
import { PlatformRepository } from '../platforms/platform.repository';
import { ReconcileRunRepository } from './reconcile-run.repository';
import { dailyDueAt } from './schedule-policy';

const KEEP_MS = 90 * 86_400_000;
const SWEPT = 100;

/** Makes the daily run of each platform, once whoever looks, and brings back runs whose job or holder was lost. */
@Injectable()
export class ReconcileSchedule {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly runs: ReconcileRunRepository,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** How many runs were found due. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    for (const { id: platformId, createdAt } of await this.platforms.listAll()) {
      const dueAt = dailyDueAt(platformId, now);
      if (dueAt < createdAt || (await this.runs.findDue(platformId, dueAt))) continue;
      const run = { platformId, cause: 'schedule', askedBy: null, dueAt, dryRun: false } as const;
      await this.runs.insert({ ...run, id: newId('rec') }, now);
      await this.runs.prune(new Date(now.getTime() - KEEP_MS));
    }
    const due = await this.runs.listDue(now, SWEPT);
    await this.jobs.enqueueMany(
      runReconcile,
      due.map((runId) => ({ runId })),
    );
    return due.length;
  }
}
