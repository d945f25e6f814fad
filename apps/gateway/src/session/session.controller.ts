import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { LoginService, OwnPassword, SessionService, type Principal } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, CurrentPrincipal, Public, Requires, sessionCookie } from '../access';
import { NotIdempotent } from '../idempotency';
import { LoginTrail } from './login-trail';
import { BegunLoginDto, begunLoginDto, ChangePasswordDto, LoginDto, sessionDto, SessionDto } from './session.dto';
import { welcome } from './welcome';

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionService,
    private readonly passwords: OwnPassword,
    private readonly trail: LoginTrail,
  ) {}

  /**
   * Logs in: the answer sets the session cookie. For who has a second factor it is 202 with a `challenge`, to be sent with a
   * code to `session/code`. 429 `too_many_attempts` with Retry-After when an account or a network has
   * had too many tries, whether or not there is such an account.
   */
  @Post()
  @Public()
  @ApiCreatedResponse({ type: SessionDto })
  @ApiAcceptedResponse({ type: BegunLoginDto })
  async login(
    @Body() { email, password }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto | BegunLoginDto> {
    const step = this.logins.login(email, password, clientOf(request));
    const result = await this.trail.of(request, step, (one) => (one.isIn ? one.opened : null));
    if (result.isIn) return welcome(request, reply, result.opened);
    reply.code(HttpStatus.ACCEPTED);
    return begunLoginDto(result.begun);
  }

  /** Changes your password and ends all your sessions; the answer sets the cookie of a new one. */
  @Post('password')
  @NotIdempotent('the old password counts once')
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
