import { Module } from '@nestjs/common';
import { SeriesRepository } from './series.repository';
import { SeriesService } from './series.service';

@Module({ providers: [SeriesRepository, SeriesService], exports: [SeriesService] })
export class ReportsModule {}
