import { AccountCoverages, AccountTimelines } from '@app/fetching';
import { type Reach } from '@app/tenants';
import { Controller, Get, Header, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { PageQuery } from '../http';
import { languageOf } from '../problem';
import { coverageDto, CoverageDto, CoverageQuery } from './coverage.dto';
import { timelineEntryDto, TimelineDto } from './timeline.dto';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountHistoryController {
  constructor(
    private readonly timelines: AccountTimelines,
    private readonly coverages: AccountCoverages,
  ) {}

  /** What happened to the account, the newest first: from its authorization to the calls that brought its days and what WeChat corrected. */
  @Get(':id/timeline')
  @Requires('account:read')
  @Header('Vary', 'Accept-Language')
  async timeline(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() page: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<TimelineDto> {
    const { items, nextCursor } = await this.timelines.read(reach, id, page);
    const language = languageOf(request);
    return { items: items.map((entry) => timelineEntryDto(entry, language)), nextCursor };
  }

  /** Which days have which state, as ranges, the oldest first. */
  @Get(':id/coverage')
  @Requires('account:read')
  @Header('Vary', 'Accept-Language')
  async coverage(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() query: CoverageQuery,
    @Req() request: FastifyRequest,
  ): Promise<CoverageDto> {
    return coverageDto(await this.coverages.read(reach, id, query), languageOf(request));
  }
}
