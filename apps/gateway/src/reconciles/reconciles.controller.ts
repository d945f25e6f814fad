import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReconcileService } from '@app/credentials';
import { type Principal, type Reach } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { languageOf } from '../problem';
import { reconcileDto, runDto, StartReconcileDto, type ReconcileDto, type ReconcilePageDto } from './reconciles.dto';

@ApiTags('platforms')
@Controller('api/v1')
export class ReconcilesController {
  constructor(private readonly reconciles: ReconcileService) {}

  /** Compares the platform's accounts with WeChat's list, and repairs, adopts and asks where they differ. One at a time. */
  @Post('platforms/:id/reconciles')
  @Requires('reconcile:start')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  async start(
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() body: StartReconcileDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReconcileDto> {
    const run = await this.reconciles.start(principal, reach, id, body.dryRun ?? false);
    void reply.header('Location', `/api/v1/reconciles/${run.id}`);
    return reconcileDto(run, [], languageOf(reply.request));
  }

  /** The platform's reconcile runs, the newest first. */
  @Get('platforms/:id/reconciles')
  @Requires('reconcile:read')
  @Header('Vary', 'Accept-Language')
  async list(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() page: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReconcilePageDto> {
    const { items, nextCursor } = await this.reconciles.list(reach, id, page);
    const language = languageOf(request);
    return { items: items.map((run) => runDto(run, language)), nextCursor };
  }

  /** One run with what it found, at most 300 accounts of each action; the counts hold all. */
  @Get('reconciles/:id')
  @Requires('reconcile:read')
  @Header('Vary', 'Accept-Language')
  async get(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ReconcileDto> {
    const { run, findings } = await this.reconciles.get(reach, id);
    return reconcileDto(run, findings, languageOf(request));
  }
}
