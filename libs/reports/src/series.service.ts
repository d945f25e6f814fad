import { type FetchableAccount } from '@app/credentials';
import { type DayRange } from '@app/fetching';
import { addDays, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { seriesOf, type SeriesDay } from './series-policy';
import { SeriesRepository } from './series.repository';

/** One account's days of a report. */
export interface AccountSeries {
  readonly account: FetchableAccount;
  readonly days: readonly SeriesDay[];
}

@Injectable()
export class SeriesService {
  constructor(private readonly repository: SeriesRepository) {}

  /** Account by account, so that a long report never stands in memory. */
  async *read(accounts: readonly FetchableAccount[], range: DayRange): AsyncGenerator<AccountSeries> {
    for (const account of accounts) yield { account, days: await this.daysOf(account, range) };
  }

  private async daysOf(account: FetchableAccount, range: DayRange): Promise<SeriesDay[]> {
    const rows = await this.repository.days(account.id, addDays(range.from, -1), range.to);
    return seriesOf(range, rows, account.dataFrom as ShanghaiDate | null);
  }
}
