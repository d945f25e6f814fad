import { ReportsModule } from '@app/reports';
import { Module } from '@nestjs/common';
import { ReportDownloadController } from './report-download.controller';
import { ReportLinksController } from './report-links.controller';

@Module({ imports: [ReportsModule], controllers: [ReportDownloadController, ReportLinksController] })
export class ReportLinksHttpModule {}
