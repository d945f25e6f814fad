import { AuditCheck, AuditLog, INSTALLATION, type AuditFilter, type ChainReport, type Reach } from '@app/tenants';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { AuditedRead, CurrentReach, Requires } from '../access';
import { csvHeaders } from '../http';
import { auditCsv } from './audit-csv';
import { auditEventDto, AuditQuery, type AuditPageDto, type ChainReportsDto } from './audit.dto';

const EXAMPLE =
  'at,id,actor_kind,actor_id,actor_name,action,route,merchant,target,targets,address,outcome,code,seq\r\n' +
  '2026-03-10T02:00:00.000Z,req_…,user,usr_…,ops@example.com,fetch:start,POST /api/v1/fetches,mer_…,acc_…,acc_…,203.0.113.7,done,,17\r\n';

@ApiTags('audit-events')
@Controller('api/v1/audit-events')
export class AuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly check: AuditCheck,
  ) {}

  /** Who did what, newest first. A merchant sees what was done to it, without the names of its provider's people. */
  @Get()
  @Requires('audit:read')
  @AuditedRead()
  async list(@CurrentReach() reach: Reach, @Query() query: AuditQuery): Promise<AuditPageDto> {
    const { items, nextCursor } = await this.log.list(reach, filterOf(query), query);
    return { items: items.map(auditEventDto), nextCursor };
  }

  /** All of them as CSV, newest first; limit and cursor do not count. */
  @Get('export')
  @Requires('audit:read')
  @AuditedRead()
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' }, example: EXAMPLE } } })
  async export(@CurrentReach() reach: Reach, @Query() query: AuditQuery, @Res() reply: FastifyReply): Promise<void> {
    void csvHeaders(reply, 'audit-events').header('Cache-Control', 'no-store');
    await reply.send(auditCsv(this.log.all(reach, filterOf(query))));
  }

  /** Reads your chains from their beginning and tells whether an event was removed or changed. A merchant has no chain. */
  @Get('verification')
  @Requires('audit:read')
  @AuditedRead()
  async verify(@CurrentReach() reach: Reach): Promise<ChainReportsDto> {
    const chains = [...reach.providerIds, ...(reach.host ? [INSTALLATION] : [])];
    const reports: ChainReport[] = [];
    for (const chain of chains) reports.push(await this.check.examine(chain));
    return { chains: reports };
  }
}

function filterOf({ merchant, actor, target, action, outcome, from, to }: AuditQuery): AuditFilter {
  return { merchant, actor, target, action, outcome, from: dateOf(from), to: dateOf(to) };
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
