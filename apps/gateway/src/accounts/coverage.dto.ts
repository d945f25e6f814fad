import { DAY_STATES, type AccountCoverage, type DayState } from '@app/fetching';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { Optional, WechatAnswerDto, wechatAnswer } from '../http';
import { type Language } from '../problem';

export class CoverageQuery {
  /** First day, YYYY-MM-DD; 2014-12-01 when left out. */
  @Optional()
  @IsString()
  @MaxLength(32)
  from?: string;

  /** Last day, YYYY-MM-DD, a day that is over; yesterday when left out. */
  @Optional()
  @IsString()
  @MaxLength(32)
  to?: string;
}

export class CoveredRangeDto {
  /** First and last day, YYYY-MM-DD in Asia/Shanghai. */
  from: string;
  to: string;
  /** A number is stored; WeChat has none; earlier than the account's first data; nothing is known. */
  @ApiProperty({ enum: DAY_STATES })
  state: DayState;
}

export class PauseDto {
  /** ISO 8601, UTC: nobody asks WeChat for this account before. */
  endsAt: string;
  wechat: WechatAnswerDto | null;
}

export class CoverageDto {
  from: string;
  to: string;
  ranges: CoveredRangeDto[];
  /** How many days of the range have which state. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { value: 90, unknown: 2 } })
  days: Record<DayState, number>;
  /** First day with data, null until known. */
  dataFrom: string | null;
  /** Day up to which every day is stored, null until known. */
  completeTo: string | null;
  pause: PauseDto | null;
}

export function coverageDto({ pause, ...coverage }: AccountCoverage, language: Language): CoverageDto {
  return {
    ...coverage,
    ranges: [...coverage.ranges],
    pause: pause && { endsAt: pause.endsAt.toISOString(), wechat: wechatAnswer(pause.errcode, pause.rid, language) },
  };
}
