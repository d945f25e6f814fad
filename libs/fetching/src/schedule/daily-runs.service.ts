import { Clock } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { Injectable, Logger } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { Openings } from './openings';
import { runVerdict } from './schedule-policy';
import { ScheduleRepository } from './schedule.repository';

/** Makes the daily run of each platform when it is due: once, whoever looks. */
@Injectable()
export class DailyRuns {
  private readonly logger = new Logger(DailyRuns.name);

  constructor(
    private readonly schedules: ScheduleRepository,
    private readonly openings: Openings,
    private readonly transactions: BatchedTransactions,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** How many runs were made. */
  async sweep(): Promise<number> {
    if (this.config.FETCH_DAILY === 0) return 0;
    const now = this.clock.now();
    await this.schedules.ensure(now);
    let made = 0;
    for (const schedule of await this.schedules.listEnabled('daily')) {
      const last = await this.schedules.lastRun(schedule.id);
      if (runVerdict(schedule, last?.dueAt ?? null, now).due && (await this.make(schedule.id, now))) made++;
    }
    return made;
  }

  /** The run and its fetch are one transaction: there is never one without the other. */
  private async make(scheduleId: string, now: Date): Promise<boolean> {
    const made = await this.transactions.run(async (batch) => {
      const schedule = await this.schedules.lock(batch, scheduleId);
      if (!schedule) return null;
      const last = await this.schedules.lastRun(scheduleId, batch);
      const verdict = runVerdict(schedule, last?.dueAt ?? null, now);
      if (!verdict.due) return null;
      const runId = await this.schedules.claim(batch, scheduleId, verdict.dueAt, now);
      if (runId === null) return null;
      const { platformId, providerId } = schedule;
      const { from, to, because } = verdict;
      const opening = { kind: 'daily', origin: `run:${runId}`, from, to, createdAt: now } as const;
      const fetchId = await this.openings.forPlatform(batch, opening, { id: platformId, providerId });
      this.schedules.setFetch(batch, runId, fetchId);
      return { platformId, fetchId, because, from, to };
    });
    if (made) this.logger.log({ msg: 'daily run made', ...made });
    return made !== null;
  }
}
