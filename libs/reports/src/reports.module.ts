import { CredentialsModule } from '@app/credentials';
import { Module } from '@nestjs/common';
import { SeriesRepository } from './series.repository';
import { SeriesService } from './series.service';

@Module({ imports: [CredentialsModule], providers: [SeriesRepository, SeriesService], exports: [SeriesService] })
export class ReportsModule {}
