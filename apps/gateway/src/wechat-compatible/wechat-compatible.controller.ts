import { WindowAnswers } from '@app/fetching';
import { Clock } from '@app/kernel';
import { Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Public } from '../access';
import { GATEWAY_TOKEN_SECONDS, GatewayTokens } from './gateway-tokens';
import {
  CumulateBody,
  CumulateListDto,
  GatewayTokenDto,
  StableTokenBody,
  WechatAnswer,
  Word,
} from './wechat-compatible.dto';
import { WechatCallers } from './wechat-callers';
import { accessTokenOf, bodyOf, namedAccount, queryOf, tokenRequest, windowOf } from './wechat-request';

/** From here on it is asked once more whether the caller may have the answer: a key is dead within five seconds. */
const LONG_MS = 1_000;
const OF_PLATFORM = 'The platform’s; for an appid on several platforms';

/** What programs made for WeChat call: its paths, its answers, its errcodes. DTOs here only describe; see decision 20. */
@ApiTags('wechat-compatible')
@Controller()
export class WechatCompatibleController {
  constructor(
    private readonly callers: WechatCallers,
    private readonly tokens: GatewayTokens,
    private readonly answers: WindowAnswers,
    private readonly clock: Clock,
  ) {}

  @Post('datacube/getusercumulate')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Follower totals of at most 7 days, as WeChat answers them' })
  @Word('access_token', 'An API key, or a gateway token')
  @Word('appid', 'The account’s; for keys of several accounts', { required: false })
  @Word('component_appid', OF_PLATFORM, { required: false })
  @ApiBody({ type: CumulateBody })
  @WechatAnswer(CumulateListDto)
  async getusercumulate(@Req() request: FastifyRequest): Promise<CumulateListDto> {
    const query = queryOf(request);
    const [token, named] = [accessTokenOf(query), namedAccount(query)];
    const began = performance.now();
    const caller = await this.callers.find(token, named);
    const window = windowOf(bodyOf(request), this.clock.now());
    const days = await this.answers.answer(caller.account, window, caller.keyId);
    if (performance.now() - began > LONG_MS) await this.callers.ensureStill(caller, token, named);
    return {
      list: days.map((day) => ({ ref_date: day.refDate, user_source: 0, cumulate_user: day.cumulateUser })),
    };
  }

  @Get('cgi-bin/token')
  @Public()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'A gateway token for one account' })
  @Word('grant_type', 'client_credential')
  @Word('appid', 'The account’s')
  @Word('secret', 'An API key')
  @Word('component_appid', OF_PLATFORM, { required: false })
  @WechatAnswer(GatewayTokenDto)
  token(@Req() request: FastifyRequest): Promise<GatewayTokenDto> {
    return this.issue(queryOf(request));
  }

  @Post('cgi-bin/stable_token')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The same, with the API key in the body' })
  @ApiBody({ type: StableTokenBody })
  @WechatAnswer(GatewayTokenDto)
  stableToken(@Req() request: FastifyRequest): Promise<GatewayTokenDto> {
    return this.issue(bodyOf(request));
  }

  private async issue(fields: Readonly<Record<string, unknown>>): Promise<GatewayTokenDto> {
    const { named, secret } = tokenRequest(fields);
    const { keyId, account } = await this.callers.findBySecret(secret, named);
    return { access_token: this.tokens.issue(keyId, account.id).reveal(), expires_in: GATEWAY_TOKEN_SECONDS };
  }
}
