import { AccountDirectory } from '@app/credentials';
import { addDays, Clock, daysBetween, shanghaiDay } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { DATACUBE } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { AppidPauseRepository, type AppidPause } from '../calls/appid-pause.repository';
import { requestedRange, type DayRange } from '../window-policy';
import { coveredRanges, DAY_STATES, type CoveredRange, type DayState } from './coverage-policy';
import { DaySpansRepository } from './day-spans.repository';

/** Which days of an account have which state. */
export interface AccountCoverage extends DayRange {
  readonly ranges: readonly CoveredRange[];
  readonly days: Readonly<Record<DayState, number>>;
  /** First day with data, and the last day up to which all is stored; null until known. */
  readonly dataFrom: string | null;
  readonly completeTo: string | null;
  /** Until when nobody calls for its appid; null: people may. */
  readonly pause: AppidPause | null;
}

@Injectable()
export class AccountCoverages {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly coverage: DaySpansRepository,
    private readonly pauses: AppidPauseRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * From WeChat's first day to yesterday unless told otherwise. Throws `account_not_found`, and what `requestedRange` throws.
   */
  async read(
    reach: Reach,
    publicId: string,
    asked: { from?: string | undefined; to?: string | undefined },
  ): Promise<AccountCoverage> {
    const now = this.clock.now();
    const { id, appid, dataFrom, completeTo } = await this.accounts.getInReach(reach, publicId);
    const range = requestedRange(asked.from ?? DATACUBE.firstDay, asked.to ?? addDays(shanghaiDay(now), -1), now);
    const ranges = coveredRanges(range, await this.coverage.storedDays(id, range), dataFrom);
    const days = Object.fromEntries(DAY_STATES.map((state) => [state, 0])) as Record<DayState, number>;
    for (const one of ranges) days[one.state] += daysBetween(one.from, one.to) + 1;
    const pause = (await this.pauses.findActive([appid], now)).get(appid) ?? null;
    return { ...range, ranges, days, dataFrom, completeTo, pause };
  }
}
