import { Clock } from '@app/kernel';
import { BatchedTransactions, Jobs } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { chunks } from './chunks';
import { priorityOf, roomOf, takeTurns, turnTasksOf } from './dispatch-policy';
import { DispatchRepository, type Turn } from './dispatch.repository';
import { FetchingConfig } from './fetching.config';
import { turnJobOf } from './fetching.jobs';
import { LANE, type Lane } from './task-states';

const MAX_KEYS_A_LOOK = 200;

/** Hands out turns: lane by lane, merchants in a ring, each one's accounts one after another. Redis holds a bounded number of tasks. */
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

  /** One look at what people wait for. Returns how many tasks moved on. */
  dispatchAsked(): Promise<number> {
    return this.dispatch([LANE.asked]);
  }

  /** One look at what nobody waits for; its lines may be long. Returns how many tasks moved on. */
  dispatchBackground(): Promise<number> {
    return this.dispatch([LANE.daily, LANE.bulk]);
  }

  private async dispatch(lanes: readonly Lane[]): Promise<number> {
    let moved = 0;
    const queued = await this.repository.countQueued();
    for (const lane of lanes) {
      const room = roomOf(lane, queued.get(lane) ?? 0, this.config.FETCH_QUEUE_TASKS);
      if (room > 0) moved += await this.fill(lane, room);
    }
    return moved;
  }

  private async fill(lane: Lane, room: number): Promise<number> {
    const keys = await this.nextInRing(lane, Math.min(room, MAX_KEYS_A_LOOK));
    if (keys.length === 0) return 0;
    const each = Math.ceil(room / keys.length);
    const picks = takeTurns(await this.repository.firstOf(lane, keys, each), room);
    if (picks.length === 0) return 0;
    const turns = chunks(picks, turnTasksOf(lane, this.config.FETCH_TURN_TASKS)).map((some) => ({
      turnId: `turn-${randomUUID()}`,
      taskIds: some.map(({ id }) => id),
    }));
    const queued = await this.transactions.run((batch) => this.repository.queue(batch, lane, turns));
    await this.jobs.enqueueMany(
      turnJobOf(lane),
      queued.map((turn) => ({ ...turn, priority: this.priority(lane) })),
    );
    return queued.reduce((sum, { taskIds }: Turn) => sum + taskIds.length, 0);
  }

  private async nextInRing(lane: Lane, limit: number): Promise<string[]> {
    const place = this.places.get(lane) ?? '';
    const { keys, isEnd } = await this.repository.nextKeys(lane, place, limit);
    const next = [...keys];
    if (isEnd && place !== '') {
      const again = await this.repository.nextKeys(lane, '', limit - keys.length);
      next.push(...again.keys.filter((key) => key <= place));
    }
    this.places.set(lane, next.at(-1) ?? '');
    return next;
  }

  private priority(lane: Lane): number {
    const nth = (this.jobsOf.get(lane) ?? 0) + 1;
    this.jobsOf.set(lane, nth);
    return priorityOf(lane, nth);
  }
}
