import { AccountExport } from '@app/credentials';
import { FetchingExport } from '@app/fetching';
import { ReportExport } from '@app/reports';
import { TenantExport, type ExportedFile, type Merchant } from '@app/tenants';
import { Injectable } from '@nestjs/common';

/** What all libs give out of a merchant. Deliveries of webhooks are the provider's. */
@Injectable()
export class MerchantExports {
  constructor(
    private readonly tenants: TenantExport,
    private readonly accounts: AccountExport,
    private readonly fetching: FetchingExport,
    private readonly reports: ReportExport,
  ) {}

  async *files(merchant: Merchant, signal: AbortSignal): AsyncGenerator<ExportedFile> {
    for (const lib of [this.tenants, this.accounts, this.fetching, this.reports]) yield* lib.files(merchant, signal);
  }
}
