import { CredentialsModule } from '@app/credentials';
import { ReportsModule } from '@app/reports';
import { Module } from '@nestjs/common';
import { ReportsController } from './reports.controller';
import { SeriesController } from './series.controller';

@Module({ imports: [CredentialsModule, ReportsModule], controllers: [ReportsController, SeriesController] })
export class ReportsHttpModule {}
