import { type FetchableAccount } from '@app/credentials';
import { newId } from '@app/kernel';
import { BatchedTransactions, type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { chunks } from '../chunks';
import { FetchExpander } from '../asking/fetch-expander';
import { FetchRepository } from '../fetch.repository';
import { FetchingConfig } from '../fetching.config';
import { type FetchKind, type NewFetch } from '../new-fetch';
import { LANE, type Lane } from '../task-states';
import { type DayRange } from '../window-policy';

/** A fetch for which there is a reason, such that there is only one of it. */
export interface Opening extends DayRange {
  readonly kind: FetchKind;
  /** What made it: the same one is never opened twice. */
  readonly origin: string;
  readonly createdAt: Date;
}

const BY_ITSELF = 'schedule';
const LANE_OF: Readonly<Record<FetchKind, Lane>> = {
  asked: LANE.asked,
  daily: LANE.daily,
  backfill: LANE.bulk,
  probe: LANE.bulk,
};
const TOGETHER = 100;
const MINUTE_MS = 60_000;

/** Opens fetches the system makes by itself, or for a program that waits. All of it can be repeated: of one origin there is one fetch. */
@Injectable()
export class Openings {
  constructor(
    private readonly fetches: FetchRepository,
    private readonly expander: FetchExpander,
    private readonly transactions: BatchedTransactions,
    private readonly config: FetchingConfig,
  ) {}

  /** Does the work for each item, a bounded number of them in a transaction. */
  async each<T>(items: readonly T[], work: (batch: Batch, item: T) => Promise<void>): Promise<void> {
    for (const some of chunks(items, TOGETHER))
      await this.transactions.run(async (batch) => {
        for (const item of some) await work(batch, item);
      });
  }

  /** For all accounts of a platform that may be asked for; the expander gives them their tasks. Returns the fetch's id. */
  forPlatform(
    batch: Batch,
    opening: Opening,
    { id, providerId }: { readonly id: string; readonly providerId: string },
  ): Promise<string> {
    return this.fetches.open(batch, {
      ...this.fetchOf(opening),
      ...{ scope: { platform: id }, providerId, merchantId: null },
    });
  }

  /** For one account that may be asked for, its task included. Returns the fetch's id. */
  async forAccount(
    batch: Batch,
    opening: Opening,
    account: FetchableAccount,
    requestedBy: string = BY_ITSELF,
  ): Promise<string> {
    const { publicId, providerId, merchantId } = account;
    const fetch = { ...this.fetchOf(opening), scope: { accounts: [publicId] }, providerId, merchantId, requestedBy };
    const id = await this.fetches.open(batch, fetch);
    await this.expander.expand(batch, id, [account]);
    return id;
  }

  /** The same, in a transaction of its own. */
  openFor(account: FetchableAccount, opening: Opening, requestedBy: string): Promise<string> {
    return this.transactions.run((batch) => this.forAccount(batch, opening, account, requestedBy));
  }

  private fetchOf({
    kind,
    origin,
    from,
    to,
    createdAt,
  }: Opening): Omit<NewFetch, 'scope' | 'providerId' | 'merchantId'> {
    return {
      ...{ id: newId('fet'), kind, lane: LANE_OF[kind], reach: null, origin, requestedBy: BY_ITSELF, from, to },
      // The daily run asks again for days with a row, at no cost: corrections are noticed.
      ...{ refetch: kind === 'daily', ignoreBefore: kind === 'probe' },
      ...{ startsAt: createdAt, spreadMs: kind === 'daily' ? this.config.FETCH_DAILY_SPREAD_MINUTES * MINUTE_MS : 0 },
      createdAt,
    };
  }
}
