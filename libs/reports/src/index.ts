export { cumulateCsv } from './cumulate-csv';
export { ReportsModule } from './reports.module';
export { SeriesService, type AccountSeries } from './series.service';
