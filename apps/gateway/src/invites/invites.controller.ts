import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { InviteService } from '@app/credentials';
import { type Principal, type Reach } from '@app/tenants';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { CreateInviteDto, createdInviteDto, inviteDto, type CreatedInviteDto, type InvitePageDto } from './invites.dto';

@ApiTags('invites')
@Controller('api/v1/merchants/:id/invites')
export class InvitesController {
  constructor(private readonly invites: InviteService) {}

  /** Makes a link that leads the merchant to WeChat's authorization page. It is shown here and never again. */
  @Post()
  @Requires('invite:write')
  @Idempotent()
  async create(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Param('id') merchantId: string,
    @Body() { platform, expiresInDays }: CreateInviteDto,
  ): Promise<CreatedInviteDto> {
    const input = { merchantId, platformId: platform, expiresInDays, createdBy: principal.userId };
    return createdInviteDto(await this.invites.create(reach, input));
  }

  /** The merchant's invites, the oldest first, without their links. */
  @Get()
  @Requires('invite:read')
  async list(
    @CurrentReach() reach: Reach,
    @Param('id') merchantId: string,
    @Query() query: PageQuery,
  ): Promise<InvitePageDto> {
    const { items, nextCursor } = await this.invites.list(reach, merchantId, query);
    return { items: items.map(inviteDto), nextCursor };
  }
}
