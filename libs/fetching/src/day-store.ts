import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
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
import { accountsOf, type DayMiss, type FullRun, type Round } from './round';

/** What a round says of days: facts, and what accounts' rows say of them. */
@Injectable()
export class DayStore {
  constructor(
    private readonly cumulates: CumulateRepository,
    private readonly misses: DayMissRepository,
    private readonly accounts: AccountDaysRepository,
  ) {}

  /** Accounts' rows come first: their order keeps writers from waiting for each other, and holding them makes facts still. */
  async store(manager: EntityManager, round: Round, now: Date): Promise<void> {
    const { values, misses, runs, probed } = round;
    const accounts = await this.accounts.lock(manager, [...accountsOf(round)]);
    const moved = movedBack(accounts, values);
    await this.accounts.beginAt(manager, moved, nextProbe(now));
    await this.cumulates.store(manager, values, now);
    await this.misses.forget(manager, round.found);
    await this.misses.note(manager, misses);
    const begun = [...(await this.begun(manager, accounts, runs)), ...(await this.proven(manager, accounts, misses))];
    await this.accounts.beginAt(manager, begun, nextProbe(now));
    await this.accounts.endProbes(manager, probed, now);
    const anew = [...moved, ...begun];
    const complete = [...completeOn(accounts, [...values, ...misses], anew), ...anew.map(completeAnew)];
    await this.accounts.complete(manager, complete);
  }

  /** Accounts whose first day with data a full run of empty windows tells: once or twice in an account's life. */
  private async begun(manager: EntityManager, accounts: AccountsDays, runs: readonly FullRun[]): Promise<DataFrom[]> {
    const found: DataFrom[] = [];
    for (const { accountId, emptyTo } of runs) {
      const first = await this.accounts.firstValue(manager, accountId);
      const absent = first && (await this.accounts.absentDays(manager, accountId, proofFrom(emptyTo), first));
      const known = accounts.get(accountId)?.dataFrom ?? null;
      const dataFrom = dataFromAfter(emptyTo, first, absent ?? new Set(), known);
      if (dataFrom !== null && dataFrom !== known) found.push({ accountId, dataFrom });
    }
    return found;
  }

  /** Accounts of which the days that stood for the first one got their second answer. */
  private async proven(
    manager: EntityManager,
    accounts: AccountsDays,
    misses: readonly DayMiss[],
  ): Promise<DataFrom[]> {
    const found: DataFrom[] = [];
    for (const accountId of missedAtFirst(accounts, misses)) {
      const known = accounts.get(accountId)?.dataFrom;
      const first = known ? await this.accounts.firstValue(manager, accountId) : null;
      if (!known || first === null) continue;
      const dataFrom = provenFrom(known, first, await this.accounts.absentDays(manager, accountId, known, first));
      if (dataFrom !== null) found.push({ accountId, dataFrom });
    }
    return found;
  }
}
