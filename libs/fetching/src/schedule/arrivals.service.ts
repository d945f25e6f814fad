import { Injectable } from '@nestjs/common';
import { TaskResume } from '../task-resume.service';
import { Backfills } from './backfills.service';
import { DailyJoins } from './daily-joins.service';

/** What begins when an account may be asked for: what waited, its part of today's run, its history. */
@Injectable()
export class Arrivals {
  constructor(
    private readonly resume: TaskResume,
    private readonly joins: DailyJoins,
    private readonly backfills: Backfills,
  ) {}

  /** Repeatable. True when there is something to do at once. */
  async usable(accountId: number): Promise<boolean> {
    const resumed = await this.resume.account(accountId);
    const joined = await this.joins.join(accountId);
    const began = await this.backfills.begin(accountId);
    return resumed > 0 || joined || began;
  }
}
