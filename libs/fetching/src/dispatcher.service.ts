import { Clock } from '@app/kernel';
import { Jobs, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { chunks } from './chunks';
import { DispatchRepository } from './dispatch.repository';
import { FetchingConfig } from './fetching.config';
import { runFetchTurn } from './fetching.jobs';

/** With nothing in Redis, a row that is `queued` for this long has lost its job; with jobs there, it may just wait its turn. */
const LOST_MS = 5_000;
const STALE_MS = 600_000;
const MAX_KEYS_A_LOOK = 200;

/** Hands out turns: merchants first, then each merchant's accounts; keeps a bounded number of tasks in BullMQ. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly repository: DispatchRepository,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly config: FetchingConfig,
  ) {}

  /** One look. Returns how many tasks went to the queue. */
  async dispatch(): Promise<number> {
    const room = this.config.FETCH_QUEUE_TASKS - (await this.repository.countQueued());
    if (room < this.config.FETCH_QUEUE_TASKS / 4) return 0;
    const now = this.clock.now();
    const keys = shuffled(await this.repository.dueTurnKeys(now)).slice(0, Math.min(room, MAX_KEYS_A_LOOK));
    if (keys.length === 0) return 0;
    const each = Math.max(1, Math.floor(room / keys.length));
    const ids = await this.transactions.run(async (manager) => {
      const byKey: number[][] = [];
      const accounts = new Set<number>();
      for (const key of keys) {
        const due = await this.repository.lockDue(manager, key, now, each);
        byKey.push(
          due.filter(({ accountId }) => !accounts.has(accountId) && accounts.add(accountId)).map(({ id }) => id),
        );
      }
      const turns = interleave(byKey);
      await this.repository.markQueued(manager, turns);
      return turns;
    });
    await this.jobs.enqueueMany(
      runFetchTurn,
      chunks(ids, this.config.FETCH_TURN_TASKS).map((taskIds) => ({ taskIds })),
    );
    return ids.length;
  }

  /** Brings back what Redis lost or a dead worker held. */
  async sweep(): Promise<number> {
    const depth = await this.jobs.depth(runFetchTurn.queue);
    const now = this.clock.now();
    return this.transactions.run((manager) => this.repository.reclaim(manager, depth === 0 ? LOST_MS : STALE_MS, now));
  }
}

/** One of each list, then the next of each: nobody's second comes before another's first. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

/** When there are more keys than room, chance decides who waits for the next look, so that nobody always does. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
