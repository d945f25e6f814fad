import { IsInt, Max, Min } from 'class-validator';

/** How long what reports leave behind is kept. */
export class ReportsConfig {
  /** Days a link's downloads stay in the log, and an expired link itself. */
  @IsInt()
  @Min(1)
  @Max(3_650)
  REPORT_LINK_DAYS: number = 180;
}
