import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { unfinished } from '../fetch-view-policy';
import { FetchRepository } from '../fetch.repository';
import { FetchEndRepository } from './fetch-end.repository';

const FETCHES_A_SWEEP = 500;

/** Notes which fetches are over and what was counted then: from there on nobody counts their tasks again. */
@Injectable()
export class FetchEndings {
  /** How far this process has looked; it begins anew after the last. */
  private place = '';

  constructor(
    private readonly ends: FetchEndRepository,
    private readonly fetches: FetchRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Looks at some open fetches. Returns how many are over. */
  async sweep(): Promise<number> {
    const open = await this.ends.open(this.place, FETCHES_A_SWEEP);
    this.place = open.length < FETCHES_A_SWEEP ? '' : (open.at(-1)?.id ?? '');
    let ended = 0;
    for (const { id, isOver } of open) if (isOver && (await this.end(id))) ended++;
    return ended;
  }

  private end(id: string): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      if (!(await this.ends.claim(manager, id))) return false;
      const tally = (await this.fetches.tallies([id], manager)).get(id);
      if (!tally || unfinished(tally.tasks) > 0) return false;
      await this.ends.end(manager, id, tally, this.clock.now());
      return true;
    });
  }
}
