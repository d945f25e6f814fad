import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Secret } from '@app/kernel';
import { WechatApiError, WechatClient } from '@app/wechat';
import { AccountTokens } from '../tokens/account-tokens';
import { ComponentTokens } from '../tokens/component-tokens';
import { DoctorRepository, type StoredToken } from './doctor.repository';
import { refusalOf, textOf } from './gather';
import { type ExaminedPlatform } from './public-probe';
import { type CallQuota } from './quota-check-policy';
import { type TokenFacts } from './token-check-policy';
import { type Refusal } from './wechat-probe-policy';
import { said } from './wording';

const CALL_MS = 5_000;
const COMPONENT_CALLS = [
  'api_component_token',
  'api_create_preauthcode',
  'api_query_auth',
  'api_authorizer_token',
  'api_get_authorizer_info',
  'api_get_authorizer_list',
];
const DATACUBE = '/datacube/getusercumulate';
/** The token itself is refused, not the question. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([40001, 40014, 40094, 42001, 42006]);
/** quota/get does not tell of every path, or not to everybody. */
const NOT_TOLD: ReadonlySet<number> = new Set([76021, 76022, 76003, 48001]);

export const QUOTA_NOT_TOLD = said('WeChat does not tell this quota.', '微信未提供该额度。');

export interface HadToken {
  readonly token: Secret | null;
  readonly got: TokenFacts['got'];
  /** As it stands after custody was asked. */
  readonly row: StoredToken;
}
export interface ComponentQuota {
  /** Empty when WeChat tells no quota at all. */
  readonly calls: readonly CallQuota[];
  /** WeChat refused the stored token. */
  readonly refused: Refusal | null;
}

/** What custody has, and what WeChat says of the quotas. Nothing here buys a token that custody would not. */
@Injectable()
export class TokenProbe {
  constructor(
    private readonly components: ComponentTokens,
    private readonly accounts: AccountTokens,
    private readonly wechat: WechatClient,
    private readonly stored: DoctorRepository,
    private readonly clock: Clock,
  ) {}

  async component({ id }: ExaminedPlatform): Promise<HadToken> {
    const had = await this.components.get(id).then(
      ({ token }) => ({ token, got: { ok: true } as const }),
      (error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        return { token: null, got: { ok: false, code: error.code, text: textOf(error) } as const };
      },
    );
    return { ...had, row: await this.stored.componentToken(id) };
  }

  /** Throws what quota/get throws, except where it refuses the token. */
  async componentQuota(token: Secret): Promise<ComponentQuota> {
    try {
      const calls = await Promise.all(
        COMPONENT_CALLS.map((call) => this.quota(token, `/cgi-bin/component/${call}`, call)),
      );
      return { calls: calls.flatMap((call) => call ?? []), refused: null };
    } catch (error) {
      if (!(error instanceof WechatApiError) || !TOKEN_REFUSED.has(error.errcode)) throw error;
      return { calls: [], refused: refusalOf(error) };
    }
  }

  /** Of one authorized account; null when there is none. */
  async datacubeQuota({ id, appid }: ExaminedPlatform): Promise<{ appid: string; quota: CallQuota } | null> {
    const sample = await this.stored.sampleAccount(id, this.clock.now());
    if (sample === null) return null;
    const { token } = await this.accounts.get(id, sample, appid);
    const quota = await this.quota(token, DATACUBE, 'getusercumulate');
    if (quota === null) throw new AppError('unavailable', 'quota_not_told', { message: QUOTA_NOT_TOLD });
    return { appid: sample, quota };
  }

  private async quota(token: Secret, cgiPath: string, call: string): Promise<CallQuota | null> {
    try {
      const { dailyLimit, used, remain } = await this.wechat.quota({
        token,
        cgiPath,
        signal: AbortSignal.timeout(CALL_MS),
      });
      return { call, dailyLimit, used, remain };
    } catch (error) {
      if (error instanceof WechatApiError && NOT_TOLD.has(error.errcode)) return null;
      throw error;
    }
  }
}
