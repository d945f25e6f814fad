import { ApiProperty } from '@nestjs/swagger';

/** As WeChat's. */
export class CumulateBody {
  @ApiProperty({ example: '2014-12-02', description: 'YYYY-MM-DD, a day of Beijing' })
  begin_date: string;

  @ApiProperty({ example: '2014-12-07', description: 'At most 7 days with the first one, yesterday at the latest' })
  end_date: string;
}

class CumulateRowDto {
  @ApiProperty({ example: '2014-12-07' })
  ref_date: string;

  @ApiProperty({ example: 0, description: 'Always 0: all sources together' })
  user_source: number;

  @ApiProperty({ example: 1217056 })
  cumulate_user: number;
}

/** A refusal has `errcode` and `errmsg` instead, with HTTP status 200. */
export class CumulateListDto {
  @ApiProperty({ type: [CumulateRowDto], description: 'Days that WeChat has no number of, or not yet, are left out' })
  list: CumulateRowDto[];
}

export class StableTokenBody {
  @ApiProperty({ example: 'client_credential' })
  grant_type: string;

  @ApiProperty({ description: 'The account’s' })
  appid: string;

  @ApiProperty({ description: 'An API key' })
  secret: string;

  @ApiProperty({ required: false, description: 'Taken, and without effect: earlier tokens stay valid' })
  force_refresh?: boolean;

  @ApiProperty({ required: false, description: 'The platform’s; for an appid on several platforms' })
  component_appid?: string;
}

export class GatewayTokenDto {
  @ApiProperty({ description: 'Good for this account on this gateway; never one of WeChat’s tokens' })
  access_token: string;

  @ApiProperty({ example: 7200, description: 'Seconds' })
  expires_in: number;
}
