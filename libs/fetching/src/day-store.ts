import { type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import {
  completeAnew,
  completeOn,
  missedAtFirst,
  movedBack,
  nextProbe,
  type AccountsDays,
  type DataFrom,
} from './account-days-policy';
import { AccountDaysRepository } from './account-days.repository';
import { CumulateRepository } from './cumulate.repository';
import { DayMissRepository } from './day-miss.repository';
import { dataFromAfter, proofFrom, provenFrom } from './empty-run-policy';
import { accountsOf, among, type DayMiss, type FullRun, type Round } from './round';

/** What a round says of days: facts, and what accounts' rows say of them. */
@Injectable()
export class DayStore {
  constructor(
    private readonly cumulates: CumulateRepository,
    private readonly misses: DayMissRepository,
    private readonly accounts: AccountDaysRepository,
  ) {}

  /** Accounts' rows come first: their order keeps writers from waiting for each other, and holding them makes facts still. */
  async store(batch: Batch, round: Round, now: Date): Promise<void> {
    const accounts = await this.accounts.lock(batch, [...accountsOf(round)]);
    // An account that was removed meanwhile takes its own days along, not those of others.
    const { values, misses, found, runs, probed } = among(round, accounts);
    const moved = movedBack(accounts, values);
    this.accounts.beginAt(batch, moved, nextProbe(now));
    this.cumulates.store(batch, values, now);
    this.misses.forget(batch, found);
    this.misses.note(batch, misses);
    const begun = [...(await this.begun(batch, accounts, runs)), ...(await this.proven(batch, accounts, misses))];
    this.accounts.beginAt(batch, begun, nextProbe(now));
    this.accounts.endProbes(batch, probed, now);
    const anew = [...moved, ...begun];
    const complete = [...completeOn(accounts, [...values, ...misses], anew), ...anew.map(completeAnew)];
    this.accounts.complete(batch, complete);
  }

  /** Accounts whose first day with data a full run of empty windows tells: once or twice in an account's life. */
  private async begun(batch: Batch, accounts: AccountsDays, runs: readonly FullRun[]): Promise<DataFrom[]> {
    const found: DataFrom[] = [];
    for (const { accountId, emptyTo } of runs) {
      const first = await this.accounts.firstValue(batch, accountId);
      const absent = first && (await this.accounts.absentDays(batch, accountId, proofFrom(emptyTo), first));
      const known = accounts.get(accountId)?.dataFrom ?? null;
      const dataFrom = dataFromAfter(emptyTo, first, absent ?? new Set(), known);
      if (dataFrom !== null && dataFrom !== known) found.push({ accountId, dataFrom });
    }
    return found;
  }

  /** Accounts of which the days that stood for the first one got their second answer. */
  private async proven(batch: Batch, accounts: AccountsDays, misses: readonly DayMiss[]): Promise<DataFrom[]> {
    const found: DataFrom[] = [];
    for (const accountId of missedAtFirst(accounts, misses)) {
      const known = accounts.get(accountId)?.dataFrom;
      const first = known ? await this.accounts.firstValue(batch, accountId) : null;
      if (!known || first === null) continue;
      const dataFrom = provenFrom(known, first, await this.accounts.absentDays(batch, accountId, known, first));
      if (dataFrom !== null) found.push({ accountId, dataFrom });
    }
    return found;
  }
}
