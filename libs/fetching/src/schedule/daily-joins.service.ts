import { AccountDirectory } from '@app/credentials';
import { Clock } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { taskFor } from '../asking/fetch-page-policy';
import { FetchPageRepository } from '../asking/fetch-page.repository';
import { ArrivalsRepository, type Among, type DailyFetch } from './arrivals.repository';
import { pageThrough, type PageResult } from './page-through';

/** Gives accounts whose gate opens after the day's run was made their part of it. */
@Injectable()
export class DailyJoins {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly pages: FetchPageRepository,
    private readonly transactions: BatchedTransactions,
    private readonly clock: Clock,
  ) {}

  /** An account's gate opened. True when it has its part from now on. */
  async join(fetch: DailyFetch, accountId: number): Promise<boolean> {
    return (await this.add(fetch, { ids: [accountId] })).count > 0;
  }

  /** Finds accounts whose event was lost. How many have their part from now on. */
  async sweep(): Promise<number> {
    let joined = 0;
    for (const fetch of await this.arrivals.newestDaily()) {
      // Until then the expander is about to come to them.
      if (fetch.expandedAt === null) continue;
      joined += await pageThrough((page) => this.add(fetch, page));
    }
    return joined;
  }

  private async add(fetch: DailyFetch, among: Among): Promise<PageResult> {
    const found = await this.arrivals.outsideOf(fetch, among);
    const accounts = await this.accounts.fetchable(found);
    // At once, not at their place in the hour: somebody has just authorized, and it is one call each.
    const begins = { ...fetch, startsAt: this.clock.now(), spreadMs: 0 };
    const tasks = [...accounts.values()].flatMap((account) => taskFor(account, begins) ?? []);
    if (tasks.length > 0)
      await this.transactions.run(async (batch) => {
        if (await this.arrivals.reopen(batch, fetch.id)) this.pages.insertTasks(batch, fetch, tasks, begins.startsAt);
      });
    return { count: tasks.length, last: found.at(-1) ?? null };
  }
}
