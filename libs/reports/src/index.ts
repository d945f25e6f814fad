export { cumulateCsv, type ReportLanguage } from './cumulate-csv';
export { ReportsModule } from './reports.module';
export { SeriesService } from './series.service';
