import { addDays, Clock, shanghaiDay } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { BudgetRepository } from '../budget/budget.repository';
import { DailyArrivals } from './arrivals.service';
import { Backfills } from './backfills.service';
import { DailyRuns } from './daily-runs.service';
import { Probes } from './probes.service';

const COUNTS_KEPT_DAYS = 40;

/** Keeps the counts of calls small. */
@Injectable()
export class CountUpkeep {
  constructor(
    private readonly counts: BudgetRepository,
    private readonly clock: Clock,
  ) {}

  prune(): Promise<number> {
    return this.counts.prune(addDays(shanghaiDay(this.clock.now()), -COUNTS_KEPT_DAYS));
  }
}

/** What every worker looks for; the rows decide who makes it. */
@Injectable()
export class ScheduleSweeps {
  constructor(
    private readonly runsOfDay: DailyRuns,
    private readonly daily: DailyArrivals,
    private readonly backfills: Backfills,
    private readonly probes: Probes,
    private readonly upkeep: CountUpkeep,
  ) {}

  /** Runs that are due. How many were made. */
  runs(): Promise<number> {
    return this.runsOfDay.sweep();
  }

  /** Accounts whose events were lost, and probes that are due. How many were found. */
  async arrivals(): Promise<number> {
    const came = (await this.daily.joins.sweep()) + (await this.daily.gaps.sweep());
    return came + (await this.backfills.sweep()) + (await this.probes.sweep());
  }

  /** Counts nobody looks at any more. How many went. */
  oldCounts(): Promise<number> {
    return this.upkeep.prune();
  }
}
