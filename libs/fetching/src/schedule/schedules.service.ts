import { PlatformService } from '@app/credentials';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { runVerdict } from './schedule-policy';
import { ScheduleRepository, type RunRow, type ScheduleKind, type ScheduleRow } from './schedule.repository';

export interface ScheduleChange {
  readonly daily: { readonly enabled: boolean; readonly minuteOfDay: number };
  readonly backfill: { readonly enabled: boolean };
}

/** What a platform has done by itself. `active`: switched on here and in the installation's settings. */
export interface ScheduleView {
  readonly daily: { readonly enabled: boolean; readonly active: boolean; readonly minuteOfDay: number };
  readonly backfill: { readonly enabled: boolean; readonly active: boolean };
  readonly lastRun: RunRow | null;
  /** Null while the daily run is not active. */
  readonly nextRunAt: Date | null;
}

/** Platforms' schedules as seen from somebody's reach. */
@Injectable()
export class Schedules {
  constructor(
    private readonly platforms: PlatformService,
    private readonly repository: ScheduleRepository,
    private readonly transactions: Transactions,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** Throws `platform_not_found`. */
  async get(reach: Reach, platformId: string): Promise<ScheduleView> {
    await this.platforms.get(reach, platformId);
    const now = this.clock.now();
    await this.repository.ensure(now, platformId);
    const rows = await this.repository.ofPlatform(platformId);
    const daily = rowOf(rows, 'daily');
    const backfill = rowOf(rows, 'backfill');
    const lastRun = await this.repository.lastRun(daily.id);
    const verdict = runVerdict(daily, lastRun?.dueAt ?? null, now);
    const isActive = daily.enabled && this.config.FETCH_DAILY === 1;
    return {
      daily: { enabled: daily.enabled, active: isActive, minuteOfDay: daily.minuteOfDay },
      backfill: { enabled: backfill.enabled, active: backfill.enabled && this.config.FETCH_BACKFILL === 1 },
      lastRun,
      nextRunAt: !isActive ? null : verdict.due ? verdict.dueAt : verdict.nextAt,
    };
  }

  /** Holds from the next run on; a day that had its run has no second one. Throws as `get`. */
  async change(reach: Reach, platformId: string, { daily, backfill }: ScheduleChange): Promise<ScheduleView> {
    await this.platforms.get(reach, platformId);
    await this.repository.ensure(this.clock.now(), platformId);
    await this.transactions.run(async (manager) => {
      await this.repository.change(manager, platformId, 'daily', daily);
      await this.repository.change(manager, platformId, 'backfill', { ...backfill, minuteOfDay: daily.minuteOfDay });
    });
    return this.get(reach, platformId);
  }
}

function rowOf(rows: ReadonlyMap<ScheduleKind, ScheduleRow>, kind: ScheduleKind): ScheduleRow {
  const row = rows.get(kind);
  if (!row) throw new Error(`no schedule of kind ${kind}`);
  return row;
}
