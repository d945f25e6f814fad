import { AccountExport } from '@app/credentials';
import { FetchingExport } from '@app/fetching';
import { ReportExport } from '@app/reports';
import { MerchantPurges, TenantExport, type ExportedFile, type Merchant } from '@app/tenants';
import { Injectable } from '@nestjs/common';

/** What all libs give out of a merchant. Deliveries of webhooks are the provider's. */
@Injectable()
export class MerchantExports {
  constructor(
    private readonly tenants: TenantExport,
    private readonly accounts: AccountExport,
    private readonly fetching: FetchingExport,
    private readonly reports: ReportExport,
    private readonly purges: MerchantPurges,
  ) {}

  /** Throws `purge_begun`: what is left would look like all there was. */
  assertWhole({ id }: Merchant): Promise<void> {
    return this.purges.assertWhole(id);
  }

  /** Fails at its end when the merchant's removal began meanwhile. */
  async *files(merchant: Merchant, signal: AbortSignal): AsyncGenerator<ExportedFile> {
    for (const lib of [this.tenants, this.accounts, this.fetching, this.reports]) yield* lib.files(merchant, signal);
    await this.assertWhole(merchant);
  }
}
