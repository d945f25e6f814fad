import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionService, type Principal } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, Requires, sessionCookie } from '../access';
import { PageQuery } from '../http';
import { openSessionDto, type OpenSessionPageDto } from './session.dto';

/** Where a person is logged in. */
@ApiTags('session')
@Controller('api/v1/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionService) {}

  /** Your open sessions, the newest first. */
  @Get()
  @Requires('session:own')
  async list(
    @CurrentPrincipal() { userId }: Principal,
    @Query() page: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<OpenSessionPageDto> {
    const { items, nextCursor } = await this.sessions.list(userId, sessionCookie.read(request), page);
    return { items: items.map(openSessionDto), nextCursor };
  }

  /** Logs you out everywhere, here as well. Open streams of events end within `STREAM_CHECK_MS`. */
  @Delete()
  @HttpCode(204)
  @Requires('session:own')
  async endAll(
    @CurrentPrincipal() { userId }: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.endAll(userId);
    sessionCookie.clear(request, reply);
  }

  /** Ends one of your sessions. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('session:own')
  async end(@CurrentPrincipal() { userId }: Principal, @Param('id') id: string): Promise<void> {
    await this.sessions.end(userId, id);
  }
}
