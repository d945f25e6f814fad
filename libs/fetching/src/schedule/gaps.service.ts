import { AccountDirectory, gateVerdict } from '@app/credentials';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { ArrivalsRepository, type Among, type DailyFetch } from './arrivals.repository';
import { Openings } from './openings';
import { pageThrough, type PageResult } from './page-through';
import { gapBefore } from './schedule-policy';

/**
 * Fills days that no daily run asked for: an account whose gate was closed for more than a week comes back with a hole
 * between its newest stored day and the run's first. It is history, so it is filled where backfills are on.
 */
@Injectable()
export class Gaps {
  /** Runs this process has gone through; to do it again costs time, no more. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly openings: Openings,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** Goes once through all accounts of each newest run. How many gaps were found. */
  async sweep(): Promise<number> {
    let filled = 0;
    for (const fetch of await this.arrivals.newestDaily()) {
      if (fetch.expandedAt === null || this.seen.has(fetch.id)) continue;
      filled += await pageThrough((page) => this.fill(fetch, page));
      this.seen.add(fetch.id);
    }
    return filled;
  }

  /** Of accounts that have their part of the run. */
  async fill(fetch: DailyFetch, among: Among): Promise<PageResult> {
    if (this.config.FETCH_BACKFILL === 0) return { count: 0, last: null };
    const now = this.clock.now();
    const found = await this.arrivals.newestBefore(fetch, among);
    const gaps = found.flatMap(({ id, day }) => {
      const gap = gapBefore(fetch.from, day);
      return gap ? [{ id, gap }] : [];
    });
    const accounts = await this.accounts.fetchable(gaps.map(({ id }) => id));
    await this.openings.each(gaps, async (batch, { id, gap }) => {
      const account = accounts.get(id);
      if (!account || !gateVerdict(account.gate).open) return;
      const opening = { kind: 'backfill', origin: `gap:${id}:${gap.from}`, ...gap, createdAt: now } as const;
      await this.openings.forAccount(batch, opening, account);
    });
    return { count: gaps.length, last: found.at(-1)?.id ?? null };
  }
}
