import { Clock } from '@app/kernel';
import { zipFile } from '@app/platform';
import { MerchantService, type Reach } from '@app/tenants';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { AuditedRead, CurrentReach, Requires } from '../access';
import { goneSignal } from '../http';
import { exportFiles } from './export-files';
import { MerchantExports } from './merchant-exports';

@ApiTags('merchants')
@Controller('api/v1/merchants')
export class MerchantExportController {
  constructor(
    private readonly merchants: MerchantService,
    private readonly exports: MerchantExports,
    private readonly clock: Clock,
  ) {}

  /**
   * All that is kept of the merchant, as a ZIP: a file of JSON lines for each kind of thing, one for each account's days, and last
   * `manifest.json` with rows and SHA-256 of each. No secret is in it. A ZIP without its manifest is not whole.
   * 409 `purge_begun` once the merchant is being removed.
   */
  @Get(':id/export')
  @Requires('merchant:export')
  @AuditedRead()
  @ApiProduces('application/zip')
  @ApiOkResponse({ content: { 'application/zip': { schema: { type: 'string', format: 'binary' }, example: 'PK…' } } })
  async export(@CurrentReach() reach: Reach, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const merchant = await this.merchants.getInReach(reach, id);
    await this.exports.assertWhole(merchant);
    const files = this.exports.files(merchant, goneSignal(reply));
    void reply
      .header('Content-Type', 'application/zip')
      .header('Content-Disposition', `attachment; filename="${merchant.id}.zip"`)
      .header('Cache-Control', 'no-store');
    await reply.send(zipFile(exportFiles(merchant, files, this.clock), this.clock.now()));
  }
}
