import { AccountDirectory } from '@app/credentials';
import { Injectable } from '@nestjs/common';
import { TaskResume } from '../task-resume.service';
import { ArrivalsRepository } from './arrivals.repository';
import { Backfills } from './backfills.service';
import { DailyJoins } from './daily-joins.service';
import { Gaps } from './gaps.service';

/** What the daily run has for an account that comes after it. */
@Injectable()
export class DailyArrivals {
  constructor(
    readonly joins: DailyJoins,
    readonly gaps: Gaps,
  ) {}
}

/** What begins when an account may be asked for: what waited, its part of today's run, its history. */
@Injectable()
export class Arrivals {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly resume: TaskResume,
    private readonly backfills: Backfills,
    private readonly daily: DailyArrivals,
  ) {}

  /** Repeatable. True when there is something to do at once. */
  async usable(accountId: number): Promise<boolean> {
    const resumed = await this.resume.account(accountId);
    const account = (await this.accounts.fetchable([accountId])).get(accountId);
    const [fetch] = account ? await this.arrivals.newestDaily(account.platformId) : [];
    const joined = fetch !== undefined && (await this.daily.joins.join(fetch, accountId));
    if (fetch) await this.daily.gaps.fill(fetch, { ids: [accountId] });
    return (await this.backfills.begin(accountId)) || joined || resumed > 0;
  }
}
