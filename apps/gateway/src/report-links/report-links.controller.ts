import { ReportLinkService } from '@app/reports';
import { type Principal, type Reach } from '@app/tenants';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditedRead, CurrentPrincipal, CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { Idempotent } from '../idempotency';
import {
  CreateReportLinkDto,
  reportLinkDto,
  reportLinkUseDto,
  type MadeReportLinkDto,
  type ReportLinkDto,
  type ReportLinkPageDto,
  type ReportLinkUsePageDto,
} from './report-links.dto';

@ApiTags('report-links')
@Controller('api/v1/report-links')
export class ReportLinksController {
  constructor(private readonly links: ReportLinkService) {}

  /** Makes a link to a report for somebody who does not log in. Its address is told this once. */
  @Post()
  @Requires('report-link:write')
  @Idempotent()
  async create(
    @CurrentReach() reach: Reach,
    @CurrentPrincipal() principal: Principal,
    @Body() { merchant, accounts, lang = 'en', name, from, to, expiresInDays, maxDownloads }: CreateReportLinkDto,
  ): Promise<MadeReportLinkDto> {
    const wanted = { name, scope: { merchant, accounts }, from, to, lang, expiresInDays, maxDownloads };
    const { url, view } = await this.links.create(principal, reach, wanted);
    return Object.assign(reportLinkDto(view), { url: url.reveal() });
  }

  /** Revoked and expired ones included. */
  @Get()
  @AuditedRead()
  @Requires('report-link:read')
  async list(@CurrentReach() reach: Reach, @Query() page: PageQuery): Promise<ReportLinkPageDto> {
    const { items, nextCursor } = await this.links.list(reach, page);
    return { items: items.map(reportLinkDto), nextCursor };
  }

  /** One link, without its address. */
  @Get(':id')
  @Requires('report-link:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<ReportLinkDto> {
    return reportLinkDto(await this.links.get(reach, id));
  }

  /** Its downloads, the newest first. */
  @Get(':id/uses')
  @Requires('report-link:read')
  async uses(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() page: PageQuery,
  ): Promise<ReportLinkUsePageDto> {
    const { items, nextCursor } = await this.links.listUses(reach, id, page);
    return { items: items.map(reportLinkUseDto), nextCursor };
  }

  /** Revokes the link: whoever opens it from now on finds nothing. */
  @Delete(':id')
  @Requires('report-link:write')
  @HttpCode(204)
  async revoke(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<void> {
    await this.links.revoke(reach, id);
  }
}
