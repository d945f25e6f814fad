import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionService, type Principal } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, Public, Requires, clearSessionCookie, readSessionCookie, setSessionCookie } from '../access';
import { LoginDto, sessionDto, type SessionDto } from './session.dto';

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(private readonly sessions: SessionService) {}

  /** Logs in: the answer sets the session cookie. */
  @Post()
  @Public()
  async login(
    @Body() { email, password }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const { id, principal } = await this.sessions.login(email, password, readSessionCookie(request) ?? undefined);
    setSessionCookie(request, reply, id);
    return sessionDto(principal);
  }

  /** Who you are. */
  @Get()
  @Requires('session:own')
  show(@CurrentPrincipal() principal: Principal): SessionDto {
    return sessionDto(principal);
  }

  /** Logs out. */
  @Delete()
  @HttpCode(204)
  @Requires('session:own')
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const id = readSessionCookie(request);
    if (id) await this.sessions.logout(id);
    clearSessionCookie(request, reply);
  }
}
