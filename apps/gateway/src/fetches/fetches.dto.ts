import { Type } from 'class-transformer';
import { IsBoolean, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { OpaqueId, OpaqueIds, Optional } from '../http';

/** Which accounts: exactly one of the four. */
export class ScopeDto {
  /** A provider's id: all accounts of all its merchants. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;

  /** A merchant's id. */
  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** A platform's id. */
  @Optional()
  @OpaqueId('plt')
  platform?: string;

  /** Account ids, 1 to 1000. */
  @Optional()
  @OpaqueIds('acc', 1_000)
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
  @Optional()
  @IsBoolean()
  refetch?: boolean;

  /** Answer the plan only. */
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}
