import { Clock } from '@app/kernel';
import { Jobs, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { FETCH_TURNS } from './fetching.jobs';
import { SweepRepository } from './sweep.repository';

/** Longer than it takes to put a job into Redis after its rows were written. */
const LOST_MS = 5_000;

/** Rebuilds the queue from the rows. */
@Injectable()
export class Sweeper {
  constructor(
    private readonly repository: SweepRepository,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Brings back what Redis lost or a dead worker held; how many tasks. Throws when Redis is away. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    const freed = await this.transactions.run((manager) => this.repository.freeOfDead(manager, now));
    const waiting = await this.repository.waitingTurns(LOST_MS);
    const open = await Promise.all(FETCH_TURNS.map(({ queue }) => this.jobs.findOpen(queue, waiting)));
    const lost = waiting.filter((turnId) => !open.some((known) => known.has(turnId)));
    return freed + (await this.transactions.run((manager) => this.repository.backInLine(manager, lost, now)));
  }
}
