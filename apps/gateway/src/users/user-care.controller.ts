import { UserCare, type Principal, type Reach } from '@app/tenants';
import { Controller, Delete, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { NotIdempotent } from '../idempotency';
import { GatewayConfig } from '../gateway.config';
import { linkAddress } from '../password-links/link-address';
import { madeLinkDto, type MadeLinkDto } from '../password-links/password-link.dto';

/** What administrators do for people all of whose roles lie within their own: 403 `user_beyond_reach` for others. */
@ApiTags('users')
@Controller('api/v1/users/:id')
export class UserCareController {
  constructor(
    private readonly care: UserCare,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * A one-time link with which the person sets a password, in place of the links before: 72 hours for who was invited and has
   * not joined yet, one hour for a reset. Pass it on yourself: nothing is mailed.
   */
  @Post('link')
  @NotIdempotent('a new link takes the place of those before')
  @Requires('user:recover')
  async issueLink(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<MadeLinkDto> {
    const link = await this.care.issueLink({ principal, reach }, id);
    return madeLinkDto(link, linkAddress(request, this.config, link.token));
  }

  /** Takes the person’s link back. Who was invited and has not joined yet is gone with it. */
  @Delete('link')
  @HttpCode(204)
  @Requires('user:recover')
  async revokeLink(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.care.revokeLinks({ principal, reach }, id);
  }

  /** Logs the person out everywhere. */
  @Delete('sessions')
  @HttpCode(204)
  @Requires('user:recover')
  async endSessions(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.care.endSessions({ principal, reach }, id);
  }
}
