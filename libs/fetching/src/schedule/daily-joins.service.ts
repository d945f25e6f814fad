import { AccountDirectory, gateVerdict, type FetchableAccount } from '@app/credentials';
import { Clock, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { FetchingConfig } from '../fetching.config';
import { ArrivalsRepository, type Among, type DailyFetch } from './arrivals.repository';
import { OpeningRepository } from './opening.repository';
import { gapBefore, spreadMs } from './schedule-policy';

const PAGE = 500;

/** Gives accounts whose gate opens during the day their part of the day's run. */
@Injectable()
export class DailyJoins {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly openings: OpeningRepository,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** An account's gate opened. True when it has its part from now on. */
  async join(accountId: number): Promise<boolean> {
    const account = (await this.accounts.fetchable([accountId])).get(accountId);
    if (!account || this.config.FETCH_DAILY === 0) return false;
    const [fetch] = await this.arrivals.newestDaily(false, [account.platformId]);
    return fetch !== undefined && (await this.add(fetch, { ids: [accountId] })).joined > 0;
  }

  /** Finds accounts whose event was lost. How many have their part from now on. */
  async sweep(): Promise<number> {
    if (this.config.FETCH_DAILY === 0) return 0;
    let joined = 0;
    for (const fetch of await this.arrivals.newestDaily(true)) {
      for (let after: number | null = 0; after !== null;) {
        const page: { joined: number; last: number | null } = await this.add(fetch, { after, limit: PAGE });
        joined += page.joined;
        after = page.last;
      }
    }
    return joined;
  }

  private async add(fetch: DailyFetch, among: Among): Promise<{ joined: number; last: number | null }> {
    const found = await this.arrivals.outsideOf(fetch, among);
    const accounts = await this.accounts.fetchable(found);
    const open = [...accounts.values()].filter(({ gate }) => gateVerdict(gate).open);
    const newest = await this.arrivals.newestStored(open.map(({ id }) => id));
    await this.openings.each(open, (manager, account) =>
      this.addOne(manager, fetch, account, newest.get(account.id) ?? null),
    );
    return { joined: open.length, last: found.at(-1) ?? null };
  }

  /** Its week with the run, and what lies between that and its newest stored day with the bulk. */
  private async addOne(
    manager: EntityManager,
    { id: fetchId, from, to, createdAt }: DailyFetch,
    account: FetchableAccount,
    newestStored: ShanghaiDate | null,
  ): Promise<void> {
    const now = this.clock.now();
    const at = new Date(createdAt.getTime() + spreadMs(account.id, this.config.FETCH_DAILY_SPREAD_MINUTES));
    const part = { fetchId, kind: 'daily', from, to, refetch: true, account, at: at < now ? now : at } as const;
    await this.openings.addPart(manager, part, now);
    const gap = gapBefore(from, newestStored);
    if (!gap) return;
    const opening = { kind: 'backfill', origin: `gap:${account.id}:${gap.from}`, ...gap, refetch: false } as const;
    await this.openings.openForAccount(manager, { ...opening, createdAt: now }, account);
  }
}
