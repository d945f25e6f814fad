import { Secret } from '@app/kernel';
import { ReportDownloads } from '@app/reports';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { finished } from 'node:stream';
import { clientOf, Public } from '../access';
import { csvHeaders, goneSignal, sendPage } from '../http';
import { asAppError, languageOf } from '../problem';
import { endingPage } from '../connect/pages';
import { type Ending } from '../connect/ending-text';
import { endingOfLink, PREVIEW } from './link-pages';
import { CSV_EXAMPLE } from '../reports/csv-example';
import { isPreview } from './preview-policy';

/** What whoever holds a link sees of it. */
@ApiTags('report-links')
@Controller('r')
export class ReportDownloadController {
  constructor(private readonly downloads: ReportDownloads) {}

  /** The report of a link, without login. Unknown, expired, revoked and used-up links are the same 404. */
  @Get(':token')
  @Public()
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE } } })
  async download(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply.header('X-Robots-Tag', 'noindex, nofollow');
    try {
      await this.send(new Secret(token), request, reply);
    } catch (thrown) {
      const error = asAppError(thrown);
      // A program gets the problem that every other route would give.
      if (!wantsPage(request) || reply.sent || error.kind === 'bug') throw error;
      this.show(request, reply, endingOfLink(error));
    }
  }

  private async send(token: Secret, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const open = await this.downloads.open(token);
    if (isPreview(request.headers)) {
      this.show(request, reply, PREVIEW);
      return;
    }
    // Fastify answers HEAD by the handler of GET, and would read the whole report for nothing.
    const isAsking = request.method === 'HEAD';
    const { address, agent } = clientOf(request);
    const download = isAsking
      ? null
      : await this.downloads.begin(open, { address, userAgent: agent }, goneSignal(reply));
    const { from, to } = open.range;
    void csvHeaders(reply, `cumulate_${from}_${to}`).header('Cache-Control', 'private, no-store');
    if (download === null) {
      await reply.send();
      return;
    }
    // Also when the client was gone before.
    finished(reply.raw, (error) => void download.end(!error));
    await reply.send(download.file);
  }

  private show(request: FastifyRequest, reply: FastifyReply, ending: Ending): void {
    const policy = { formAction: [], referrer: 'no-referrer' };
    sendPage(reply, ending.status, endingPage(ending, languageOf(request)), policy);
  }
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}
