import { SecondFactorEnrolment, SecondFactors, type Principal } from '@app/tenants';
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, CurrentPrincipal, Requires, sessionCookie } from '../access';
import { NotIdempotent } from '../idempotency';
import { sessionDto } from '../session/session.dto';
import {
  begunFactorDto,
  DisableFactorDto,
  FactorCodeDto,
  FactorPasswordDto,
  factorStateDto,
  type BegunFactorDto,
  type ConfirmedFactorDto,
  type FactorStateDto,
} from './second-factor.dto';

/** A person's own second factor: codes of an app (RFC 6238). */
@ApiTags('second-factor')
@Controller('api/v1/second-factor')
export class SecondFactorController {
  constructor(
    private readonly factors: SecondFactors,
    private readonly enrolment: SecondFactorEnrolment,
  ) {}

  /** Whether you have one, and how many recovery codes are left. */
  @Get()
  @Requires('session:own')
  async show(@CurrentPrincipal() { userId }: Principal): Promise<FactorStateDto> {
    return factorStateDto(await this.factors.get(userId));
  }

  /** Begins: scan the code, then confirm. Until then nothing is asked for at login. */
  @Post()
  @NotIdempotent('beginning anew takes the place of what was begun')
  @Requires('session:own')
  async begin(
    @CurrentPrincipal() principal: Principal,
    @Body() { password }: FactorPasswordDto,
  ): Promise<BegunFactorDto> {
    return begunFactorDto(await this.enrolment.begin(principal, password));
  }

  /** Shows that the app works. All your sessions end; the answer sets the cookie of a new one and tells the recovery codes. */
  @Post('confirm')
  @NotIdempotent('a code counts once')
  @HttpCode(200)
  @Requires('session:own')
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Body() { code }: FactorCodeDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfirmedFactorDto> {
    const { opened, recoveryCodes } = await this.enrolment.confirm(principal, code, clientOf(request));
    sessionCookie.set(request, reply, opened.token);
    return { user: sessionDto(principal).user, recoveryCodes: recoveryCodes.map((one) => one.reveal()) };
  }

  /** Takes it away again. */
  @Post('disable')
  @NotIdempotent('a code counts once')
  @HttpCode(204)
  @Requires('session:own')
  async disable(
    @CurrentPrincipal() principal: Principal,
    @Body() { password, code }: DisableFactorDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.factors.disable(principal, password, code, clientOf(request));
  }
}
