import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoginService, OwnPassword, SessionService, type Principal } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, CurrentPrincipal, Public, Requires, sessionCookie } from '../access';
import { ChangePasswordDto, LoginDto, sessionDto, type SessionDto } from './session.dto';
import { welcome } from './welcome';

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionService,
    private readonly passwords: OwnPassword,
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
    return welcome(request, reply, await this.logins.login(email, password, clientOf(request)));
  }

  /** Changes your password and ends all your sessions; the answer sets the cookie of a new one. */
  @Post('password')
  @HttpCode(200)
  @Requires('session:own')
  async changePassword(
    @CurrentPrincipal() principal: Principal,
    @Body() { oldPassword, newPassword }: ChangePasswordDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const opened = await this.passwords.change(principal, oldPassword, newPassword, clientOf(request));
    return welcome(request, reply, opened);
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
