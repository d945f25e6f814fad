import { type FetchableAccount } from '@app/credentials';
import { type DayRange } from '@app/fetching';
import { addDays, daysBetween, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { seriesOf, type SeriesDay } from './series-policy';
import { SeriesRepository } from './series.repository';

/** One account's days of a report. */
export interface AccountSeries {
  readonly account: FetchableAccount;
  readonly days: readonly SeriesDay[];
}

/** Beyond, a version would cost about as much as the report. */
const VERSIONED_DAYS = 200_000;

/** Queries end when the signal tells that nobody waits any more. */
@Injectable()
export class SeriesService {
  constructor(private readonly repository: SeriesRepository) {}

  /** Account by account, so that a long report never stands in memory, nor holds a connection for who reads it slowly. */
  async *read(
    accounts: readonly FetchableAccount[],
    range: DayRange,
    signal: AbortSignal,
  ): AsyncGenerator<AccountSeries> {
    for (const account of accounts) yield { account, days: await this.daysOf(account, range, signal) };
  }

  async daysOf(account: FetchableAccount, range: DayRange, signal: AbortSignal): Promise<SeriesDay[]> {
    const rows = await this.repository.days(account.id, withDayBefore(range), signal);
    return seriesOf(range, rows, account.dataFrom as ShanghaiDate | null);
  }

  /**
   * Facts that differ when the series of these accounts do; null for so many days that asking is no use. Ask before reading:
   * what is stored in between then makes the next version differ.
   */
  async version(accounts: readonly FetchableAccount[], range: DayRange, signal: AbortSignal): Promise<object | null> {
    if (accounts.length === 0 || accounts.length * (daysBetween(range.from, range.to) + 1) > VERSIONED_DAYS)
      return null;
    const ids = accounts.map(({ id }) => id);
    const stored = await this.repository.version(ids, withDayBefore(range), signal);
    const told = accounts.map(({ publicId, appid, nickName, dataFrom }) => [publicId, appid, nickName, dataFrom]);
    return { range, told, stored };
  }
}

/** The first day's change needs it. */
function withDayBefore({ from, to }: DayRange): DayRange {
  return { from: addDays(from, -1), to };
}
