export { cumulateCsv } from './cumulate-csv';
export { ReportsModule } from './reports.module';
export { SeriesService } from './series.service';
