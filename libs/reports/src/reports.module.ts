import { CredentialsModule } from '@app/credentials';
import { configProvider } from '@app/platform';
import { TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { LinkTargets } from './links/link-targets';
import { ReportDownloads } from './links/report-downloads';
import { ReportLinkPruner } from './links/report-link-pruner';
import { ReportLinkUseRepository } from './links/report-link-use.repository';
import { ReportLinkRepository } from './links/report-link.repository';
import { ReportLinkService } from './links/report-link.service';
import { ReportsConfig } from './reports.config';
import { SeriesRepository } from './series.repository';
import { SeriesService } from './series.service';

const LINKS = [LinkTargets, ReportLinkRepository, ReportLinkUseRepository];

@Module({
  imports: [CredentialsModule, TenantsModule],
  providers: [
    configProvider(ReportsConfig),
    ...LINKS,
    ReportDownloads,
    ReportLinkPruner,
    ReportLinkService,
    SeriesRepository,
    SeriesService,
  ],
  exports: [ReportDownloads, ReportLinkPruner, ReportLinkService, SeriesService],
})
export class ReportsModule {}
