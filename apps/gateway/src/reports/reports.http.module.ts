import { CredentialsModule } from '@app/credentials';
import { ReportsModule } from '@app/reports';
import { Module } from '@nestjs/common';
import { ReportsController } from './reports.controller';

@Module({ imports: [CredentialsModule, ReportsModule], controllers: [ReportsController] })
export class ReportsHttpModule {}
