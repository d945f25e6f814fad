import { AccountDirectory } from '@app/credentials';
import { requestedRange } from '@app/fetching';
import { Clock } from '@app/kernel';
import { cumulateCsv, SeriesService } from '@app/reports';
import { type Reach } from '@app/tenants';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { CumulateReportDto } from './reports.dto';

@ApiTags('reports')
@Controller('api/v1/reports')
export class ReportsController {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly series: SeriesService,
    private readonly clock: Clock,
  ) {}

  /** Follower history as a download: one line per account and requested day. */
  @Get('cumulate')
  @Requires('report:read')
  @ApiProduces('text/csv')
  async cumulate(
    @Query() query: CumulateReportDto,
    @CurrentReach() reach: Reach,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const range = requestedRange(query.from, query.to, this.clock.now());
    const accounts = await this.accounts.inScope(reach, { merchant: query.merchant, accounts: query.accounts });
    void reply
      .header('Content-Type', 'text/csv; charset=utf-8')
      .header('Content-Disposition', `attachment; filename="cumulate_${range.from}_${range.to}.csv"`)
      .header('Cache-Control', 'no-store');
    await reply.send(cumulateCsv(this.series.read(accounts, range), query.lang ?? 'en'));
  }
}
