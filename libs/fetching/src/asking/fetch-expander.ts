import { AccountScopes, type FetchableAccount } from '@app/credentials';
import { Clock } from '@app/kernel';
import { BatchedTransactions, type Batch } from '@app/platform';
import { Injectable, Logger } from '@nestjs/common';
import { taskFor } from './fetch-page-policy';
import { FetchPageRepository, type UnexpandedFetch } from './fetch-page.repository';

/** Accounts a transaction gives their task. */
export const PAGE_ACCOUNTS = 1_000;
const FETCHES_A_SWEEP = 20;

/** Gives the accounts of open fetches their tasks, page by page, in whatever process. What a killed one left undone goes on elsewhere. */
@Injectable()
export class FetchExpander {
  private readonly logger = new Logger(FetchExpander.name);

  constructor(
    private readonly fetches: FetchPageRepository,
    private readonly accounts: AccountScopes,
    private readonly transactions: BatchedTransactions,
    private readonly clock: Clock,
  ) {}

  /** One page of each of some fetches. Returns how many went on; 0: there is nothing to do here now. */
  async sweep(): Promise<number> {
    let moved = 0;
    for (const id of await this.fetches.unexpanded('', FETCHES_A_SWEEP)) {
      try {
        const page = await this.transactions.run((batch) => this.expand(batch, id));
        if (page !== null) moved++;
      } catch (err) {
        this.logger.warn({ msg: 'fetch not expanded', fetchId: id, err });
      }
    }
    return moved;
  }

  /**
   * The fetch's next page, in the caller's transaction. Null when the fetch needs no page, or somebody else is at it.
   * @param first the first page, where the caller has read it already
   */
  async expand(batch: Batch, id: string, first?: readonly FetchableAccount[]): Promise<number | null> {
    const fetch = await this.fetches.claim(batch, id);
    if (!fetch || (first && fetch.expandedAfter > 0)) return null;
    const accounts = first ?? (await this.nextPage(batch, fetch));
    const tasks = accounts.flatMap((account) => taskFor(account, fetch) ?? []);
    this.fetches.insertTasks(batch, fetch, tasks, this.clock.now());
    const isLast = accounts.length < PAGE_ACCOUNTS;
    const last = accounts.at(-1)?.id ?? fetch.expandedAfter;
    this.fetches.advance(batch, id, last, isLast ? this.clock.now() : null);
    return tasks.length;
  }

  private async nextPage(batch: Batch, { reach, scope, expandedAfter }: UnexpandedFetch): Promise<FetchableAccount[]> {
    const selection = await this.accounts.select(reach, scope, batch);
    return this.accounts.page(selection, expandedAfter, PAGE_ACCOUNTS, batch);
  }
}
