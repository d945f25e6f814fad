import { AccountScopes, type AccountScope, type FetchableAccount } from '@app/credentials';
import { Clock, newId } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { type Principal, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { FetchExpander, PAGE_ACCOUNTS } from './asking/fetch-expander';
import { laneOfAsk, merchantOf, providerOf } from './asking/fetch-ask-policy';
import { refusalsOf, type Refusals } from './asking/fetch-refusals';
import { FetchRepository } from './fetch.repository';
import { requestedRange } from './window-policy';

export interface FetchRequest {
  readonly scope: AccountScope;
  readonly from: string;
  readonly to: string;
  readonly refetch: boolean;
}

/** Accepts what people ask for: checks it, then writes the fetch and its first tasks; the others and the jobs follow from the rows. */
@Injectable()
export class FetchService {
  constructor(
    private readonly accounts: AccountScopes,
    private readonly fetches: FetchRepository,
    private readonly expander: FetchExpander,
    private readonly transactions: BatchedTransactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws AppError: a range refusal, `scope_empty`, `scope_spans_providers`, or not_found for whatever of the scope is out of
   * reach. The refusals are those of the first page of accounts; later ones are counted in the fetch.
   */
  async request(principal: Principal, reach: Reach, request: FetchRequest): Promise<{ id: string; refused: Refusals }> {
    const now = this.clock.now();
    const range = requestedRange(request.from, request.to, now);
    const accounts = await this.firstPage(reach, request.scope);
    const isWhole = accounts.length < PAGE_ACCOUNTS;
    const fetch = {
      ...{ id: newId('fet'), kind: 'asked' as const, lane: laneOfAsk(accounts.length, range) },
      ...{ scope: request.scope, reach, origin: null, providerId: providerOf(accounts) },
      ...{ merchantId: merchantOf(request.scope, reach, isWhole ? accounts : null), requestedBy: principal.userId },
      ...{ ...range, refetch: request.refetch, ignoreBefore: false, startsAt: now, spreadMs: 0, createdAt: now },
    };
    await this.transactions.run(async (batch) => {
      await this.fetches.open(batch, fetch);
      await this.expander.expand(batch, fetch.id, accounts);
    });
    return { id: fetch.id, refused: refusalsOf(accounts) };
  }

  private async firstPage(reach: Reach, scope: AccountScope): Promise<FetchableAccount[]> {
    const [, selection] = await Promise.all([
      this.accounts.ensureInReach(reach, scope),
      this.accounts.select(reach, scope),
    ]);
    return this.accounts.page(selection, 0, PAGE_ACCOUNTS);
  }
}
