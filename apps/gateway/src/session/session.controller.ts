import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoginService, SessionService, type Principal } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, CurrentPrincipal, deviceCookie, Public, Requires, sessionCookie } from '../access';
import { LoginDto, sessionDto, type SessionDto } from './session.dto';

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionService,
  ) {}

  /**
   * Logs in: the answer sets the session cookie. 429 `too_many_attempts` with Retry-After when an account or a network has
   * had too many tries, whether or not there is such an account.
   */
  @Post()
  @Public()
  async login(
    @Body() { email, password }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const { token, device, principal } = await this.logins.login(email, password, clientOf(request));
    sessionCookie.set(request, reply, token);
    deviceCookie.set(request, reply, device);
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
    const token = sessionCookie.read(request);
    if (token) await this.sessions.logout(token);
    sessionCookie.clear(request, reply);
  }
}
