import { FetchPlanner, FetchService, FetchViews } from '@app/fetching';
import { type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { languageOf } from '../problem';
import {
  AcceptedFetchDto,
  acceptedDto,
  FetchDto,
  fetchDto,
  FetchPageDto,
  taskDto,
  TaskPageDto,
} from './fetch-answers.dto';
import { FetchPlanDto, planDto } from './fetch-plan.dto';
import { CreateFetchDto } from './fetches.dto';

@ApiTags('fetches')
@Controller('api/v1/fetches')
export class FetchesController {
  constructor(
    private readonly fetches: FetchService,
    private readonly planner: FetchPlanner,
    private readonly views: FetchViews,
  ) {}

  /**
   * Asks for days of some accounts. Accepted means: written down; tasks of accounts that are refused now wait and go on by
   * themselves. With `dryRun` nothing is written, and the answer is the plan.
   */
  @Post()
  @Requires('fetch:start')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  @Header('Vary', 'Accept-Language')
  @ApiAcceptedResponse({ type: AcceptedFetchDto })
  @ApiOkResponse({ type: FetchPlanDto, description: 'The plan, for `dryRun`.' })
  async create(
    @Body() body: CreateFetchDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedFetchDto | FetchPlanDto> {
    const asked = { scope: body.scope, from: body.from, to: body.to, refetch: body.refetch ?? false };
    const language = languageOf(request);
    if (body.dryRun === true) {
      void reply.status(HttpStatus.OK);
      return planDto(await this.planner.plan(reach, asked), language);
    }
    const { id, refused } = await this.fetches.request(principal, reach, asked);
    void reply.header('Location', `/api/v1/fetches/${id}`);
    return acceptedDto(await this.views.getNew(reach, id), refused, language);
  }

  /** The fetches you reach, the newest first. */
  @Get()
  @Requires('fetch:read')
  async list(@CurrentReach() reach: Reach, @Query() page: PageQuery): Promise<FetchPageDto> {
    const { items, nextCursor } = await this.views.list(reach, page);
    return { items: items.map(fetchDto), nextCursor };
  }

  /** One fetch and how far it came. */
  @Get(':id')
  @Requires('fetch:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<FetchDto> {
    return fetchDto(await this.views.get(reach, id));
  }

  /** The fetch's tasks, one per account: state, reason, next attempt, WeChat's last errcode and rid. */
  @Get(':id/tasks')
  @Requires('fetch:read')
  @Header('Vary', 'Accept-Language')
  async tasks(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() page: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<TaskPageDto> {
    const { items, nextCursor } = await this.views.tasks(reach, id, page);
    const language = languageOf(request);
    return { items: items.map((task) => taskDto(task, language)), nextCursor };
  }
}
