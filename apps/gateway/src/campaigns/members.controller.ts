import { CampaignLinks, CampaignMembers } from '@app/credentials';
import { type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentReach, Requires } from '../access';
import { csvHeaders } from '../http';
import { Idempotent } from '../idempotency';
import { IssueLinksDto, MembersQuery, NamedMembersDto } from './campaigns.dto';
import { IssuedLinksDto, linksView, memberDto, type MarkedDto, type MemberPageDto } from './campaigns.view';
import { linksCsv } from './links-csv';

@ApiTags('campaigns')
@Controller('api/v1/campaigns')
export class MembersController {
  constructor(
    private readonly members: CampaignMembers,
    private readonly links: CampaignLinks,
  ) {}

  /** One line per account: how far it came, and when. */
  @Get(':id/members')
  @Requires('campaign:read')
  async list(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() { state, limit, cursor }: MembersQuery,
  ): Promise<MemberPageDto> {
    const { items, nextCursor } = await this.members.page(reach, id, state, { limit, cursor });
    return { items: items.map(memberDto), nextCursor };
  }

  /** Issues links, one per account that only its administrator can use. They are shown here and never again. */
  @Post(':id/links')
  @Requires('campaign:write')
  @Idempotent()
  @ApiCreatedResponse({
    description: 'The links; as a table for `csv`.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(IssuedLinksDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiExtraModels(IssuedLinksDto)
  async issueLinks(
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() { members, reissue = false, format, lang = 'en' }: IssueLinksDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedLinksDto | string> {
    const issued = await this.links.issue(reach, id, { members, reissue, createdBy: principal.userId });
    if (format !== 'csv') return linksView(issued);
    void csvHeaders(reply, `${id}_links`);
    return linksCsv(issued.items, lang);
  }

  /** Staff gave the links out. Without `members`: to all who hold one. */
  @Post(':id/sent')
  @Requires('campaign:write')
  @Idempotent()
  @HttpCode(HttpStatus.OK)
  async markSent(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Body() { members }: NamedMembersDto,
  ): Promise<MarkedDto> {
    return { marked: await this.members.markSent(reach, id, members) };
  }
}
