import { AccountDirectory } from '@app/credentials';
import { requestedRange } from '@app/fetching';
import { Clock } from '@app/kernel';
import { SeriesService } from '@app/reports';
import { type Reach } from '@app/tenants';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { goneSignal, isUnchanged, Versioned } from '../http';
import { seriesDto, SeriesDto, SeriesQuery } from './series.dto';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class SeriesController {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly series: SeriesService,
    private readonly clock: Clock,
  ) {}

  /** Follower history of one account: every day asked for, with its state. */
  @Get(':id/cumulate')
  @Requires('report:read')
  @ApiOkResponse({ type: SeriesDto })
  @Versioned()
  async cumulate(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Query() query: SeriesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeriesDto | undefined> {
    const range = requestedRange(query.from, query.to, this.clock.now());
    const account = await this.accounts.getInReach(reach, id);
    const signal = goneSignal(reply);
    const version = await this.series.version([account], range, signal);
    if (isUnchanged(request, reply, ['series', version])) return undefined;
    return seriesDto({ account, days: await this.series.daysOf(account, range, signal) }, range);
  }
}
