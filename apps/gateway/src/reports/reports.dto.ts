import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export class CumulateReportDto {
  /** A merchant's id; unset: all accounts in reach that `accounts` names. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  merchant?: string;

  /** Account ids, comma separated. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  accounts?: string[];

  /** First day, YYYY-MM-DD. */
  @IsString()
  @MaxLength(32)
  from: string;

  /** Last day, YYYY-MM-DD, a day that is over. */
  @IsString()
  @MaxLength(32)
  to: string;

  @IsOptional()
  @IsIn(['csv'])
  format?: 'csv';

  /** Language of the header line. */
  @IsOptional()
  @IsIn(['en', 'zh'])
  lang?: 'en' | 'zh';
}
