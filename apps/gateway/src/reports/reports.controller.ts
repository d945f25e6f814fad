import { AccountDirectory } from '@app/credentials';
import { requestedRange } from '@app/fetching';
import { Clock } from '@app/kernel';
import { cumulateCsv, SeriesService } from '@app/reports';
import { type Reach } from '@app/tenants';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuditedRead, CurrentReach, Requires } from '../access';
import { csvHeaders, goneSignal, isUnchanged, Versioned } from '../http';
import { CSV_EXAMPLE } from './csv-example';
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
  @AuditedRead()
  @Requires('report:read')
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE } } })
  @Versioned()
  async cumulate(
    @Query() query: CumulateReportDto,
    @CurrentReach() reach: Reach,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const range = requestedRange(query.from, query.to, this.clock.now());
    const accounts = await this.accounts.inScope(reach, { merchant: query.merchant, accounts: query.accounts });
    const lang = query.lang ?? 'en';
    const signal = goneSignal(reply);
    const version = await this.series.version(accounts, range, signal);
    if (version !== null && isUnchanged(request, reply, ['csv', lang, version])) {
      await reply.send();
      return;
    }
    void csvHeaders(reply, `cumulate_${range.from}_${range.to}`);
    await reply.send(cumulateCsv(this.series.read(accounts, range, signal), lang));
  }
}
