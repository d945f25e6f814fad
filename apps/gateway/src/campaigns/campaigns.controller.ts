import { CampaignMembers, CampaignService } from '@app/credentials';
import { type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import { languageOf } from '../problem';
import { CreateCampaignDto } from './campaigns.dto';
import {
  AcceptedCampaignDto,
  campaignDto,
  CampaignPlanDto,
  leftOutDto,
  planView,
  type CampaignDetailDto,
  type CampaignDto,
  type CampaignPageDto,
} from './campaigns.view';

@ApiTags('campaigns')
@Controller('api/v1/campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignService,
    private readonly members: CampaignMembers,
  ) {}

  /** Lists who is to authorize again; nobody is told yet. `dryRun` answers the list alone, with status 200. */
  @Post()
  @Requires('campaign:write')
  @Idempotent()
  @ApiCreatedResponse({ type: AcceptedCampaignDto })
  @ApiOkResponse({ type: CampaignPlanDto, description: 'The list, for `dryRun`.' })
  async create(
    @Body() { dryRun, ...asked }: CreateCampaignDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedCampaignDto | CampaignPlanDto> {
    const language = languageOf(request);
    if (dryRun === true) {
      void reply.status(HttpStatus.OK);
      return planView(await this.campaigns.plan(reach, asked), language);
    }
    const { campaign, leftOut } = await this.campaigns.create(reach, asked, principal.userId);
    void reply.header('Location', `/api/v1/campaigns/${campaign.id}`);
    return { ...campaignDto(campaign), leftOut: leftOut.map((one) => leftOutDto(one, language)) };
  }

  /** The campaigns you reach, the newest first. */
  @Get()
  @Requires('campaign:read')
  async list(@CurrentReach() reach: Reach, @Query() page: PageQuery): Promise<CampaignPageDto> {
    const { items, nextCursor } = await this.campaigns.list(reach, page);
    return { items: items.map(campaignDto), nextCursor };
  }

  /** One campaign, with how many members are in each state. */
  @Get(':id')
  @Requires('campaign:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<CampaignDetailDto> {
    const campaign = await this.campaigns.get(reach, id);
    return { ...campaignDto(campaign), states: await this.members.countStates(campaign) };
  }

  /** Ends the campaign's links. What was granted stays, and members are still followed. */
  @Post(':id/close')
  @Requires('campaign:write')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  async close(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<CampaignDto> {
    return campaignDto(await this.campaigns.close(reach, id));
  }
}
