import { AccountDirectory, gateVerdict, type FetchableAccount } from '@app/credentials';
import { Clock, parseShanghaiDate, shanghaiDay } from '@app/kernel';
import { type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { ArrivalsRepository } from './arrivals.repository';
import { Openings } from './openings';
import { pageThrough } from './page-through';
import { probeRange } from './schedule-policy';

/** Asks once more for the week before an account's first data, in case WeChat had it late. */
@Injectable()
export class Probes {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly openings: Openings,
    private readonly clock: Clock,
  ) {}

  /** How many probes began. Of an account that is refused now it begins when it is not. */
  sweep(): Promise<number> {
    const now = this.clock.now();
    return pageThrough(async ({ after, limit }) => {
      const due = await this.arrivals.dueProbes(now, after, limit);
      const accounts = await this.accounts.fetchable(due);
      const open = [...accounts.values()].filter(({ gate }) => gateVerdict(gate).open);
      await this.openings.each(open, (batch, account) => this.probe(batch, account, now));
      return { count: open.length, last: due.at(-1) ?? null };
    });
  }

  private async probe(batch: Batch, account: FetchableAccount, now: Date): Promise<void> {
    if (!(await this.arrivals.takeProbe(batch, account.id, now))) return;
    const range = probeRange(account.dataFrom === null ? null : parseShanghaiDate(account.dataFrom));
    if (!range) return;
    const origin = `probe:${account.id}:${shanghaiDay(now)}`;
    const opening = { kind: 'probe', origin, ...range, createdAt: now } as const;
    await this.openings.forAccount(batch, opening, account);
  }
}
