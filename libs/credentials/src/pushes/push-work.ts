import { Injectable } from '@nestjs/common';
import { AppError, Clock, type ErrorKind } from '@app/kernel';
import { Jobs } from '@app/platform';
import { parseFlatXml, readAuthorizationEvent } from '@app/wechat';
import { processPushEvent } from '../credentials.jobs';
import { ReleaseCheck } from '../messages/release-check';
import { AuthorizationEvents } from './authorization-events';
import { PushEventRepository, type StoredPush } from './push-event.repository';
import { eventTimeOf } from './push-time-policy';

const SWEEP_AFTER_MS = 5_000;
/** Codes live an hour and INFO tells the rest: what two days did not bring through is for the daily reconcile. */
const GIVE_UP_AFTER_MS = 2 * 86_400_000;
const KEEP_MS = 30 * 86_400_000;
const SWEPT = 500;
/** Repeating does not change these answers. */
const FINAL: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['invalid', 'denied', 'not_found', 'unauthenticated']);

/** Works off stored pushes. */
@Injectable()
export class PushWork {
  constructor(
    private readonly pushes: PushEventRepository,
    private readonly events: AuthorizationEvents,
    private readonly releaseCheck: ReleaseCheck,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async process(pushEventId: number): Promise<void> {
    const push = await this.pushes.find(pushEventId);
    if (!push || push.doneAt !== null) return;
    const fields = parseFlatXml(push.xml.reveal(), { nested: 'skip' });
    let outcome: string;
    try {
      outcome = (await this.releaseCheck.take(push, fields)) ?? (await this.apply(push, fields));
    } catch (error) {
      if (!(error instanceof AppError) || !FINAL.has(error.kind)) throw error;
      outcome = error.code;
    }
    await this.pushes.finish(pushEventId, outcome, this.clock.now());
  }

  private async apply(push: StoredPush, fields: ReadonlyMap<string, string>): Promise<string> {
    const event = readAuthorizationEvent(fields);
    const now = this.clock.now();
    return this.events.apply({ ...push, now }, { ...event, createTime: eventTimeOf(event.createTime, now) });
  }

  async sweep(): Promise<number> {
    const now = this.clock.now().getTime();
    await this.pushes.prune(new Date(now - KEEP_MS), SWEPT);
    const open = await this.pushes.listOpen(new Date(now - GIVE_UP_AFTER_MS), new Date(now - SWEEP_AFTER_MS), SWEPT);
    await this.jobs.enqueueMany(
      processPushEvent,
      open.map((pushEventId) => ({ pushEventId })),
    );
    return open.length;
  }
}
