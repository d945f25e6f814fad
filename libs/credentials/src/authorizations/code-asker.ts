import { Injectable } from '@nestjs/common';
import { WechatApiError, WechatClient } from '@app/wechat';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { ComponentCalls } from '../tokens/component-calls';
import { refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { type LeaseWindow } from '../tokens/lease-window';
import { type Grant, type ToldGrant } from './grant';
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
    private readonly credentials: CredentialRepository,
  ) {}

  /** Spends the code. Throws what the call throws, and `lease_too_short`. */
  async exchange(grant: Grant, window: LeaseWindow): Promise<ToldGrant> {
    const { componentAppid, code: authorizationCode } = grant;
    const answer = await this.calls.run(grant.platformId, 'api_query_auth', (componentToken) => {
      window.ensureTimeForCall();
      return this.wechat.queryAuth({ componentAppid, componentToken, authorizationCode, signal: window.signal });
    });
    return { ...answer, recalled: null };
  }

  /**
   * A spent code whose answer was lost: INFO tells all of it but the account token, if we know whom to ask for. Null when we
   * do not, or when WeChat knows no authorization.
   */
  async recall(grant: Grant, codeId: number): Promise<ToldGrant | null> {
    const appid = grant.authorizerAppid ?? (await this.lost.findAppid(grant, codeId));
    if (appid === null) return null;
    const before = await this.credentials.find(refreshTokenKey({ platformId: grant.platformId, appid }));
    const info = await this.info.find(grant.platformId, appid);
    if (!info) return null;
    const { refreshToken, permissionSets } = info;
    const recalled = { refreshVersion: before?.version ?? null };
    return { appid, accountToken: null, refreshToken, permissionSets, recalled };
  }
}
