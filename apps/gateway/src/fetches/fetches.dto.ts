import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

/** Which accounts: exactly one of the four. */
export class ScopeDto {
  /** A provider's id: all accounts of all its merchants. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  provider?: string;

  /** A merchant's id. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  merchant?: string;

  /** A platform's id. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  platform?: string;

  /** Account ids, 1 to 1000. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  accounts?: string[];
}

export class CreateFetchDto {
  @IsObject()
  @ValidateNested()
  @Type(() => ScopeDto)
  scope: ScopeDto;

  /** First day, YYYY-MM-DD in Asia/Shanghai, not before 2014-12-01. */
  @IsString()
  @MaxLength(32)
  from: string;

  /** Last day, a day that is over; yesterday before 08:00 is accepted and waits. */
  @IsString()
  @MaxLength(32)
  to: string;

  /** Ask again for days that are stored already. */
  @IsOptional()
  @IsBoolean()
  refetch?: boolean;

  /** Answer the plan only. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}
