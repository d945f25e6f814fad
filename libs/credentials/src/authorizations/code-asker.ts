import { Injectable } from '@nestjs/common';
import { WechatApiError, WechatClient, type QueryAuthAnswer } from '@app/wechat';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { ComponentCalls } from '../tokens/component-calls';
import { type LeaseWindow } from '../tokens/lease-window';
import { type Grant } from './grant';
import { LostExchange } from './lost-exchange';

/** 61009: the code is not one of this platform's. 61010: used, or over an hour old. */
const CODE_INVALID = 61009;
export const CODE_EXPIRED = 61010;

export interface CodeRefusal {
  readonly state: 'invalid' | 'expired';
  readonly errcode: number;
}

/** What WeChat's refusal says about the code; null when it says nothing, so that asking again makes sense. */
export function codeRefusal(error: unknown): CodeRefusal | null {
  if (!(error instanceof WechatApiError)) return null;
  const { errcode, errcodeClass } = error;
  if (errcode === CODE_INVALID) return { state: 'invalid', errcode };
  // Cancelled before the code was exchanged: as good as expired.
  if (errcode === CODE_EXPIRED || errcodeClass === 'authorization_revoked') return { state: 'expired', errcode };
  return null;
}

/** Learns from WeChat what a code stands for. */
@Injectable()
export class CodeAsker {
  constructor(
    private readonly calls: ComponentCalls,
    private readonly info: AuthorizerInfo,
    private readonly wechat: WechatClient,
    private readonly lost: LostExchange,
  ) {}

  /** Spends the code. Throws what the call throws, and `lease_too_short`. */
  async exchange(grant: Grant, window: LeaseWindow): Promise<QueryAuthAnswer> {
    const { componentAppid, code: authorizationCode } = grant;
    return this.calls.run(grant.platformId, 'api_query_auth', (componentToken) => {
      window.ensureTimeForCall();
      return this.wechat.queryAuth({ componentAppid, componentToken, authorizationCode, signal: window.signal });
    });
  }

  /**
   * A spent code whose answer was lost: INFO tells all of it but the account token, if we know whom to ask for. Null when we
   * do not, or when WeChat knows no authorization.
   */
  async recall(grant: Grant, codeId: number): Promise<QueryAuthAnswer | null> {
    const appid = grant.authorizerAppid ?? (await this.lost.findAppid(grant, codeId));
    if (appid === null) return null;
    const info = await this.info.find(grant.platformId, appid);
    if (!info) return null;
    const { refreshToken, permissionSets } = info;
    return { appid, accountToken: null, refreshToken, permissionSets };
  }
}
