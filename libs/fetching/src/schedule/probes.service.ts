import { AccountDirectory, type FetchableAccount } from '@app/credentials';
import { Clock, parseShanghaiDate, shanghaiDay } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { ArrivalsRepository } from './arrivals.repository';
import { OpeningRepository } from './opening.repository';
import { probeRange } from './schedule-policy';

const SWEPT = 500;

/** Asks once more for the week before an account's first data, in case WeChat had it late. */
@Injectable()
export class Probes {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly arrivals: ArrivalsRepository,
    private readonly openings: OpeningRepository,
    private readonly clock: Clock,
  ) {}

  /** How many probes were found due. A probe of an account that is refused now waits as every task does. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    const due = await this.arrivals.dueProbes(now, SWEPT);
    const accounts = await this.accounts.fetchable(due);
    await this.openings.together([...accounts.values()], async (manager, some) => {
      for (const account of some) await this.probe(manager, account, now);
    });
    return due.length;
  }

  private async probe(manager: EntityManager, account: FetchableAccount, now: Date): Promise<void> {
    if (!(await this.arrivals.takeProbe(manager, account.id, now))) return;
    const range = probeRange(account.dataFrom === null ? null : parseShanghaiDate(account.dataFrom));
    if (!range) return;
    const origin = `probe:${account.id}:${shanghaiDay(now)}`;
    const opening = { kind: 'probe', origin, ...range, refetch: false, createdAt: now } as const;
    await this.openings.openForAccount(manager, opening, account);
  }
}
