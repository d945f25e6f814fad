import { ApiProperty } from '@nestjs/swagger';
import {
  CAMPAIGN_SETS_MAX,
  INVITE_DAYS_MAX,
  MEMBER_STATES,
  type MemberReason,
  type MemberState,
} from '@app/credentials';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { OpaqueId, OpaqueIds, Optional, PageQuery, Text, WholeNumber } from '../http';

const NAMED_MAX = 1_000;

/** Which accounts are looked at: exactly one of the four. */
export class CampaignScopeDto {
  /** A provider's id: all accounts of all its platforms. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;

  /** A platform's id. */
  @Optional()
  @OpaqueId('plt')
  platform?: string;

  /** A merchant's id. */
  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Account ids, 1 to 1000. */
  @Optional()
  @OpaqueIds('acc', NAMED_MAX)
  accounts?: string[];
}

export class CreateCampaignDto {
  @Text(120)
  name: string;

  @IsObject()
  @ValidateNested()
  @Type(() => CampaignScopeDto)
  scope: CampaignScopeDto;

  /** Ids of the permission sets wanted; 2 (user management) is always part and the default. */
  @Optional()
  @ApiProperty({ type: [Number], maxItems: CAMPAIGN_SETS_MAX, example: [2] })
  @Max(65_535, { each: true })
  @Min(1, { each: true })
  @IsInt({ each: true })
  @ArrayUnique()
  @ArrayMaxSize(CAMPAIGN_SETS_MAX)
  @IsArray()
  sets?: number[];

  /** `lacking` (default): authorized without one of the sets. `gone`: the authorization was cancelled or is of no use. */
  @Optional()
  @ApiProperty({ enum: ['lacking', 'gone'], isArray: true })
  @IsIn(['lacking', 'gone'], { each: true })
  @ArrayUnique()
  @ArrayMinSize(1)
  @IsArray()
  who?: MemberReason[];

  /** 14 when left out; every link of the campaign ends then. */
  @Optional()
  @WholeNumber(1, INVITE_DAYS_MAX)
  expiresInDays?: number;

  /** Answer who would be asked, and make nothing. */
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}

export class MembersQuery extends PageQuery {
  /** Only members in this state. */
  @Optional()
  @ApiProperty({ enum: MEMBER_STATES, required: false })
  @IsIn(MEMBER_STATES)
  state?: MemberState;
}

/** Which members: those named, 1 to 1000, or all when left out. */
export class NamedMembersDto {
  /** Account ids. */
  @Optional()
  @OpaqueIds('acc', NAMED_MAX)
  members?: string[];
}

export class IssueLinksDto extends NamedMembersDto {
  /** Members who hold an open link get a new one, and the old one ends. Otherwise they are skipped. */
  @Optional()
  @IsBoolean()
  reissue?: boolean;

  /** `csv` downloads a table for a mail merge. */
  @Optional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';

  /** Language of the table's header. */
  @Optional()
  @IsIn(['en', 'zh'])
  lang?: 'en' | 'zh';
}
