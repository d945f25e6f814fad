import { AccountDirectory, gateVerdict, type FetchableAccount } from '@app/credentials';
import { Clock, type ShanghaiDate } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { FetchingConfig } from '../fetching.config';
import { ArrivalsRepository, type Among, type DailyFetch } from './arrivals.repository';
import { OpeningRepository } from './opening.repository';
import { gapBefore, spreadMs } from './schedule-policy';

const PAGE = 500;

/** Gives accounts their part of the day's run: all whose gate is open when it is made, others when theirs opens. */
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
    const [fetch] = await this.arrivals.newestDaily(account.platformId);
    return fetch !== undefined && (await this.add(fetch, { ids: [accountId] })).joined > 0;
  }

  /** Goes through all accounts of each platform, page by page: after a run was made, and for events that were lost. How many have their part from now on. */
  async sweep(): Promise<number> {
    if (this.config.FETCH_DAILY === 0) return 0;
    let joined = 0;
    for (const fetch of await this.arrivals.newestDaily()) {
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
    await this.openings.together(open, (manager, some) => this.addAll(manager, fetch, some, newest));
    return { joined: open.length, last: found.at(-1) ?? null };
  }

  /** The run's week for each, and with the bulk what lies between that and an account's newest stored day. */
  private async addAll(
    manager: EntityManager,
    { id: fetchId, from, to, createdAt }: DailyFetch,
    accounts: readonly FetchableAccount[],
    newest: ReadonlyMap<number, ShanghaiDate>,
  ): Promise<void> {
    const now = this.clock.now();
    const run = { fetchId, kind: 'daily', from, to, refetch: true } as const;
    const parts = accounts.map((account) => {
      const at = new Date(createdAt.getTime() + spreadMs(account.id, this.config.FETCH_DAILY_SPREAD_MINUTES));
      return { ...run, account, at: at < now ? now : at };
    });
    await this.openings.addParts(manager, parts, now);
    for (const account of accounts) {
      const gap = gapBefore(from, newest.get(account.id) ?? null);
      if (!gap) continue;
      const opening = { kind: 'backfill', origin: `gap:${account.id}:${gap.from}`, ...gap, refetch: false } as const;
      await this.openings.openForAccount(manager, { ...opening, createdAt: now }, account);
    }
  }
}
