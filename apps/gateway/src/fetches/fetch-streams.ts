import { FetchFeeds, FetchViews, progressOf, tooManyStreams, type FetchProgress } from '@app/fetching';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AccessAgain } from '../access';
import { GatewayConfig } from '../gateway.config';
import { EventStream } from './event-stream';

/** Who follows which fetch, and the last standing they know. */
export interface Follower {
  readonly userId: string;
  readonly fetchId: string;
  readonly request: FastifyRequest;
  readonly lastEventId: string | null;
}

/** Why a stream ended. After `over` and `not_allowed` it is no use to come again. */
type StreamEnd = 'over' | 'not_allowed' | 'gone' | 'shutting_down';

const RETRY_MS = 2_000;

/** The progress of fetches as server-sent events, for as long as whoever follows may see it. */
@Injectable()
export class FetchStreams implements BeforeApplicationShutdown {
  private readonly logger = new Logger(FetchStreams.name);
  private readonly open = new Map<EventStream, string>();

  constructor(
    private readonly feeds: FetchFeeds,
    private readonly views: FetchViews,
    private readonly access: AccessAgain,
    private readonly config: GatewayConfig,
  ) {}

  /** Throws limited `too_many_streams`. Whether they may see it now was asked before. */
  follow({ userId, fetchId, request, lastEventId }: Follower): EventStream {
    const most = this.config.STREAMS_PER_USER;
    if ([...this.open.values()].filter((user) => user === userId).length >= most) throw tooManyStreams(most);
    let sent = lastEventId;
    const stream = new EventStream(() => {
      stop();
      clearInterval(check);
      this.open.delete(stream);
    });
    stream.retryAfter(RETRY_MS);
    const check = setInterval(() => {
      void this.checkAccess(stream, request, fetchId);
    }, this.config.STREAM_CHECK_MS);
    this.open.set(stream, userId);
    const stop = this.feeds.watch(fetchId, (progress) => {
      if (stream.isFinished || stream.isBehind) return;
      sent = tell(stream, progress, sent);
    });
    return stream;
  }

  beforeApplicationShutdown(): void {
    for (const stream of [...this.open.keys()]) finish(stream, 'shutting_down');
  }

  private async checkAccess(stream: EventStream, request: FastifyRequest, fetchId: string): Promise<void> {
    try {
      const reach = await this.access.reach(request, 'fetch:read');
      if (!reach || !(await this.views.isVisible(reach, fetchId))) finish(stream, 'not_allowed');
      else stream.heartbeat();
    } catch (err) {
      // MySQL is away, which tells progress, too: a browser that was sent away now would not come again.
      this.logger.warn({ msg: 'the right to a stream was not checked', err });
    }
  }
}

/** Returns the id of the standing the reader knows then. */
function tell(stream: EventStream, progress: FetchProgress | null, known: string | null): string | null {
  if (progress === null) {
    finish(stream, 'gone');
    return known;
  }
  if (progress.id !== known) stream.event('progress', progressOf(progress.view), progress.id);
  if (progress.view.state !== 'running') finish(stream, 'over');
  return progress.id;
}

function finish(stream: EventStream, because: StreamEnd): void {
  if (stream.isFinished) return;
  stream.event('end', { because });
  stream.end();
}
