import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, ApiQuery, getSchemaPath } from '@nestjs/swagger';

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

class WechatRefusalDto {
  @ApiProperty({ example: 40001, description: 'WeChat’s; -1: ask again in a minute' })
  errcode: number;

  @ApiProperty({ example: 'invalid credential, access_token is invalid or not latest rid: req_…' })
  errmsg: string;
}

/** HTTP 200 always: what was asked for, or a refusal with an errcode. */
export function WechatAnswer(dto: new () => object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(dto, WechatRefusalDto),
    ApiOkResponse({
      description: 'The answer, or a refusal: the status is 200 for both.',
      schema: { oneOf: [{ $ref: getSchemaPath(dto) }, { $ref: getSchemaPath(WechatRefusalDto) }] },
    }),
  );
}

/** A text in the query. */
export function Word(name: string, description: string, { required = true } = {}): MethodDecorator {
  return ApiQuery({ name, description, required, schema: { type: 'string' } });
}
