import { FetchActs, FetchViews, progressId } from '@app/fetching';
import { type Principal, type Reach } from '@app/tenants';
import { Controller, Get, HttpCode, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { Idempotent } from '../idempotency';
import { FetchStreams } from './fetch-streams';
import { FetchDto, fetchDto } from './fetch-answers.dto';

@ApiTags('fetches')
@Controller('api/v1/fetches')
export class FetchActsController {
  constructor(
    private readonly acts: FetchActs,
    private readonly views: FetchViews,
    private readonly streams: FetchStreams,
  ) {}

  /**
   * Ends what of the fetch is not over. An answer of WeChat on its way is stored all the same. The second time it changes
   * nothing; 409 `fetch_over` when all was over before.
   */
  @Post(':id/cancel')
  @Requires('fetch:start')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  async cancel(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<FetchDto> {
    await this.acts.cancel(reach, id);
    return fetchDto(await this.views.get(reach, id));
  }

  /** Plans again what failed or was cancelled; what runs goes on. 409 `nothing_to_retry` when there is nothing of that. */
  @Post(':id/retry')
  @Requires('fetch:start')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  async retry(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<FetchDto> {
    await this.acts.retry(reach, id);
    return fetchDto(await this.views.get(reach, id));
  }

  /**
   * The fetch's progress as server-sent events: `progress` with state, counts of tasks and calls whenever they change, then
   * `end` with the reason: `over`, `not_allowed`, `gone` or `shutting_down`. Last-Event-ID goes on where it was, at any
   * gateway; 204 when nothing follows it any more.
   */
  @Get(':id/events')
  @Requires('fetch:read')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The id of the last event that was received.' })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiNoContentResponse({ description: 'The fetch is over, and its last event was received.' })
  async events(
    @CurrentPrincipal() { userId }: Principal,
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const view = await this.views.get(reach, id);
    const lastEventId = request.headers['last-event-id']?.toString() ?? null;
    void reply.header('Cache-Control', 'no-store');
    if (view.state !== 'running' && lastEventId === progressId(view)) {
      await reply.status(HttpStatus.NO_CONTENT).send();
      return;
    }
    const stream = this.streams.follow({ userId, fetchId: id, request, lastEventId });
    // nginx keeps an answer back until it is whole, unless told; a gateway that ends would wait for an idle connection.
    void reply
      .header('Content-Type', 'text/event-stream; charset=utf-8')
      .header('X-Accel-Buffering', 'no')
      .header('Connection', 'close');
    await reply.send(stream);
  }
}
