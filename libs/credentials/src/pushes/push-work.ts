import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Jobs } from '@app/platform';
import { parseFlatXml, readAuthorizationEvent } from '@app/wechat';
import { processPushEvent } from '../credentials.jobs';
import { ReleaseCheck } from '../messages/release-check';
import { AuthorizationEvents } from './authorization-events';
import { PushEventRepository, type StoredPush } from './push-event.repository';
import { afterPushFailure, afterUnreadable, isGivenUp, type AfterPushFailure } from './push-retry-policy';
import { eventTimeOf } from './push-time-policy';

/** A try whose process died is followed by the next after this: as long as BullMQ leaves a dead worker its job. */
const HOLD_MS = 30_000;
const KEEP_MS = 30 * 86_400_000;
const SWEPT = 500;

/** Works off stored pushes. The row says when a push is tried again; its job tries once. */
@Injectable()
export class PushWork {
  private readonly logger = new Logger(PushWork.name);

  constructor(
    private readonly pushes: PushEventRepository,
    private readonly events: AuthorizationEvents,
    private readonly releaseCheck: ReleaseCheck,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Throws what the work throws, after the row was told when to try again. */
  async process(pushEventId: number): Promise<void> {
    const now = this.clock.now();
    const push = await this.pushes.claim(pushEventId, now, new Date(now.getTime() + HOLD_MS));
    const fields = push && (await this.read(push));
    if (!fields) return;
    let outcome: string;
    try {
      outcome = (await this.releaseCheck.take(push, fields)) ?? (await this.apply(push, fields));
    } catch (error) {
      const after = afterPushFailure(error, push, this.clock.now(), Math.random());
      await this.settle(push, after);
      if (after.act === 'wait') throw error;
      return;
    }
    await this.pushes.finish(pushEventId, outcome, this.clock.now());
  }

  /** Null when the row does not open. */
  private async read(push: StoredPush): Promise<ReadonlyMap<string, string> | null> {
    try {
      return parseFlatXml(this.pushes.open(push).reveal(), { nested: 'skip' });
    } catch (err) {
      if (push.attempts === 1) this.logger.error({ msg: 'stored push does not open', pushEventId: push.id, err });
      await this.settle(push, afterUnreadable(push, this.clock.now(), Math.random()));
      return null;
    }
  }

  private async settle({ id }: StoredPush, after: AfterPushFailure): Promise<void> {
    if (after.act === 'end') await this.pushes.finish(id, after.outcome, this.clock.now());
    else await this.pushes.postpone(id, after.tryAt);
  }

  private async apply(push: StoredPush, fields: ReadonlyMap<string, string>): Promise<string> {
    const event = readAuthorizationEvent(fields);
    const now = this.clock.now();
    return this.events.apply({ ...push, now }, { ...event, createTime: eventTimeOf(event.createTime, now) });
  }

  async sweep(): Promise<number> {
    const now = this.clock.now();
    await this.pushes.prune(new Date(now.getTime() - KEEP_MS), SWEPT);
    const due = await this.pushes.listDue(now, SWEPT);
    const idsOf = (isOver: boolean): number[] =>
      due.filter((push) => isGivenUp(push, now) === isOver).map(({ id }) => id);
    await this.pushes.finishMany(idsOf(true), 'given_up', now);
    const open = idsOf(false);
    await this.jobs.enqueueMany(
      processPushEvent,
      open.map((pushEventId) => ({ pushEventId })),
    );
    return open.length;
  }
}
