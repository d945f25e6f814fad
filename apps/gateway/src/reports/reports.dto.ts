import { Transform } from 'class-transformer';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { OpaqueId, OpaqueIds, Optional } from '../http';

/** Which days a report tells, and how. */
export class ReportDays {
  /** First day, YYYY-MM-DD. */
  @IsString()
  @MaxLength(32)
  from: string;

  /** Last day, YYYY-MM-DD, a day that is over. */
  @IsString()
  @MaxLength(32)
  to: string;

  @Optional()
  @IsIn(['csv'])
  format?: 'csv';

  /** Language of the header line. */
  @Optional()
  @IsIn(['en', 'zh'])
  lang?: 'en' | 'zh';
}

export class CumulateReportDto extends ReportDays {
  /** A merchant's id: all its accounts. Give either this or `accounts`. */
  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Account ids, comma separated. */
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @OpaqueIds('acc', 1_000)
  accounts?: string[];
}
