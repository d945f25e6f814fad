import { Clock } from '@app/kernel';
import { BatchedTransactions, Jobs } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { chunks } from './chunks';
import { maybeMore, priorityOf, roomOf, takeTurns, turnTasksOf } from './dispatch-policy';
import { DispatchRepository, type Pick, type RingPart } from './dispatch.repository';
import { FetchingConfig } from './fetching.config';
import { turnJobOf } from './fetching.jobs';
import { LANES, type Lane } from './task-states';

const MAX_KEYS_A_LOOK = 200;
const NOBODY: RingPart = { keys: [], isEnd: true };

/** Hands out turns: in each lane merchants in a ring, each one's accounts one after another. Redis holds a bounded number of tasks. */
@Injectable()
export class Dispatcher {
  /** Where this process is in each lane's ring. Only a hint: who begins elsewhere gives everybody a turn as well. */
  private readonly places = new Map<Lane, string>();
  private readonly jobsOf = new Map<Lane, number>();

  constructor(
    private readonly repository: DispatchRepository,
    private readonly transactions: BatchedTransactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly config: FetchingConfig,
  ) {}

  /** Tasks whose time has come stand in line. Returns how many. */
  promote(): Promise<number> {
    const now = this.clock.now();
    return this.transactions.run((batch) => this.repository.promote(batch, now));
  }

  /**
   * One look at some lanes, one after another: an account with a task in several of them gets the turn of the most urgent one.
   * True when another look may find more at once.
   */
  async dispatch(lanes: readonly Lane[] = LANES): Promise<boolean> {
    const queued = await this.repository.countQueued(this.transactions.reads);
    let more = false;
    for (const lane of lanes) {
      const room = roomOf(lane, queued.get(lane) ?? 0, this.config.FETCH_QUEUE_TASKS);
      if (room > 0 && (await this.fill(lane, room))) more = true;
    }
    return more;
  }

  private async fill(lane: Lane, room: number): Promise<boolean> {
    const { keys, isEnd } = await this.nextInRing(lane, Math.min(room, MAX_KEYS_A_LOOK));
    if (keys.length === 0) return !isEnd;
    const each = Math.ceil(room / keys.length);
    const found = await this.repository.firstOf(this.transactions.reads, lane, keys, each);
    const picks = takeTurns(found, room);
    if (picks.length > 0) await this.queue(lane, picks);
    return maybeMore({ found, picks: picks.length, room, each, isEnd });
  }

  private async queue(lane: Lane, picks: readonly Pick[]): Promise<void> {
    const turns = chunks(picks, turnTasksOf(lane, this.config.FETCH_TURN_TASKS)).map((some) => ({
      turnId: `turn-${randomUUID()}`,
      taskIds: some.map(({ id }) => id),
    }));
    const queued = await this.transactions.run((batch) => this.repository.queue(batch, lane, turns));
    await this.jobs.enqueueMany(
      turnJobOf(lane),
      queued.map((turn) => ({ ...turn, priority: this.priority(lane) })),
    );
  }

  /** From this process's place in the ring on, once around at most; `isEnd`: nobody else stands in line. */
  private async nextInRing(lane: Lane, limit: number): Promise<RingPart> {
    const { reads } = this.transactions;
    const place = this.places.get(lane) ?? '';
    const ahead = await this.repository.nextKeys(reads, lane, place, limit);
    const isAround = ahead.isEnd && place !== '';
    const behind = isAround ? await this.repository.nextKeys(reads, lane, '', limit - ahead.keys.length) : NOBODY;
    const keys = [...ahead.keys, ...behind.keys.filter((key) => key <= place)];
    this.places.set(lane, keys.at(-1) ?? '');
    return { keys, isEnd: ahead.isEnd && behind.isEnd };
  }

  private priority(lane: Lane): number {
    const nth = (this.jobsOf.get(lane) ?? 0) + 1;
    this.jobsOf.set(lane, nth);
    return priorityOf(lane, nth);
  }
}
