import { Secret } from '@app/kernel';
import { SecondFactors, SecondStep, type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Delete, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, CurrentPrincipal, CurrentReach, Public, Requires } from '../access';
import { LoginTrail } from '../session/login-trail';
import { type SessionDto } from '../session/session.dto';
import { welcome } from '../session/welcome';
import { SecondStepDto } from './second-factor.dto';

@ApiTags('second-factor')
@Controller('api/v1')
export class SecondStepController {
  constructor(
    private readonly secondStep: SecondStep,
    private readonly factors: SecondFactors,
    private readonly trail: LoginTrail,
  ) {}

  /** The second step of a login: the answer sets the session cookie. Five codes may be tried, within five minutes. */
  @Post('session/code')
  @Public()
  async verify(
    @Body() { challenge, code }: SecondStepDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const step = this.secondStep.verify(new Secret(challenge), code, clientOf(request));
    const opened = await this.trail.of(request, step, (one) => one);
    return welcome(request, reply, opened);
  }

  /** For a person who lost app and recovery codes: from now on the password alone is asked. */
  @Delete('users/:id/second-factor')
  @HttpCode(204)
  @Requires('user:recover')
  async remove(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.factors.removeFor({ principal, reach }, id);
  }
}
