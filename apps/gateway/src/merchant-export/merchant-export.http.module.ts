import { AccountExport } from '@app/credentials';
import { FetchingExport } from '@app/fetching';
import { ReportExport } from '@app/reports';
import { MerchantPurgesModule, TenantExport, TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { MerchantExportController } from './merchant-export.controller';
import { MerchantExports } from './merchant-exports';

@Module({
  imports: [TenantsModule, MerchantPurgesModule],
  providers: [MerchantExports, TenantExport, AccountExport, FetchingExport, ReportExport],
  controllers: [MerchantExportController],
})
export class MerchantExportHttpModule {}
