import { DAY_STATES, type DayState } from '@app/fetching';
import { type AccountSeries } from '@app/reports';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class SeriesQuery {
  /** First day, YYYY-MM-DD in Asia/Shanghai, not before 2014-12-01. */
  @ApiProperty({ type: String, format: 'date', example: '2026-03-01' })
  @IsString()
  @MaxLength(32)
  from: string;

  /** Last day, YYYY-MM-DD, a day that is over. */
  @ApiProperty({ type: String, format: 'date', example: '2026-03-07' })
  @IsString()
  @MaxLength(32)
  to: string;
}

/** Named as in the report, and as WeChat names them. */
export class SeriesDayDto {
  @ApiProperty({ format: 'date' })
  ref_date: string;
  /** Followers at the end of the day; null unless the state is `value`. */
  @ApiProperty({ type: 'integer', nullable: true, example: 1024 })
  cumulate_user: number | null;
  /** Change against the day before; null unless both days have a value. */
  @ApiProperty({ type: 'integer', nullable: true, example: 12 })
  net_change: number | null;
  @ApiProperty({ enum: DAY_STATES })
  state: DayState;
}

export class SeriesDto {
  account: string;
  appid: string;
  from: string;
  to: string;
  /** Every day asked for, the oldest first. */
  days: SeriesDayDto[];
}

export function seriesDto({ account, days }: AccountSeries, range: { from: string; to: string }): SeriesDto {
  return {
    ...{ account: account.publicId, appid: account.appid, from: range.from, to: range.to },
    days: days.map(({ refDate, cumulateUser, netChange, state }) => ({
      ...{ ref_date: refDate, cumulate_user: cumulateUser, net_change: netChange, state },
    })),
  };
}
