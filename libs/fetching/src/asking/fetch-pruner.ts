import { Clock } from '@app/kernel';
import { inSteps, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { FetchPruneRepository, PRUNED_ROWS } from './fetch-prune.repository';

const DAY_MS = 86_400_000;
/** Fetches one sweep may delete: the tables are never busy with it for long. */
const FETCHES = 50;

/** Deletes the log of calls, and fetches that are over, by age. Facts are never deleted here. */
@Injectable()
export class FetchPruner {
  constructor(
    private readonly rows: FetchPruneRepository,
    private readonly transactions: Transactions,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {}

  /** How many rows of calls and tasks went. */
  async sweep(): Promise<number> {
    const { FETCH_CALL_DAYS, FETCH_TASK_DAYS } = this.config;
    const calls = await inSteps(PRUNED_ROWS, () => this.rows.deleteCalls(this.before(FETCH_CALL_DAYS)));
    return calls + (await this.pruneFetches(this.before(FETCH_TASK_DAYS)));
  }

  private async pruneFetches(before: Date): Promise<number> {
    let tasks = 0;
    for (const id of await this.rows.oldFetches(before, FETCHES)) {
      tasks += await inSteps(PRUNED_ROWS, () =>
        this.transactions.run((manager) => this.rows.deleteFetchPart(manager, id, before)),
      );
    }
    return tasks;
  }

  private before(days: number): Date {
    return new Date(this.clock.now().getTime() - days * DAY_MS);
  }
}
