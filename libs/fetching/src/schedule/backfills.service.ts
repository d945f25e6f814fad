import { AccountDirectory, gateVerdict } from '@app/credentials';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { ArrivalsRepository, type Among } from './arrivals.repository';
import { Openings } from './openings';
import { pageThrough, type PageResult } from './page-through';
import { backfillRange } from './schedule-policy';

/** Fetches an account's history by itself, once, as soon as the account may be asked for. */
@Injectable()
export class Backfills {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly openings: Openings,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** An account's gate opened. True when its backfill begins now. */
  async begin(accountId: number): Promise<boolean> {
    return (await this.open({ ids: [accountId] })).count > 0;
  }

  /** Finds accounts whose event was lost, and those that were there before. How many backfills begin. */
  sweep(): Promise<number> {
    return pageThrough((page) => this.open(page));
  }

  private async open(among: Among): Promise<PageResult> {
    if (this.config.FETCH_BACKFILL === 0) return { count: 0, last: null };
    const now = this.clock.now();
    const found = await this.arrivals.withoutBackfill(among);
    const accounts = await this.accounts.fetchable(found.map(({ id }) => id));
    const open = found.flatMap(({ id, hasDailyRun }) => {
      const account = accounts.get(id);
      return account && gateVerdict(account.gate).open ? [{ account, hasDailyRun }] : [];
    });
    await this.openings.each(open, async (batch, { account, hasDailyRun }) => {
      const range = backfillRange(now, hasDailyRun && this.config.FETCH_DAILY === 1);
      const origin = `backfill:${account.id}`;
      await this.openings.forAccount(batch, { kind: 'backfill', origin, ...range, createdAt: now }, account);
    });
    return { count: open.length, last: found.at(-1)?.id ?? null };
  }
}
