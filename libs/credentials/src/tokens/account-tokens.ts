import { Injectable } from '@nestjs/common';
import { AppError, type Secret } from '@app/kernel';
import { type Queries } from '@app/platform';
import { WechatApiError, WechatClient } from '@app/wechat';
import { authorizationLost } from '../accounts/account.errors';
import { AccountRepository } from '../accounts/account.repository';
import { ComponentCalls } from './component-calls';
import { ComponentTokens } from './component-tokens';
import { accountTokenKey, refreshTokenKey } from './credential-keys';
import { CredentialRepository } from './credential.repository';
import { type LeaseWindow } from './lease-window';
import { type Renewal, type RenewedToken } from './leased-refresh';
import { type HeldToken } from './opened-tokens';
import { RefreshTokenRecovery, type RefusedToken } from './refresh-token-recovery';
import { REFRESH_TOKEN_REFUSED } from './refresh-policy';
import { TokenKeeper } from './token-keeper';

/** An account's place at WeChat. */
export interface AccountAt {
  readonly platformId: string;
  readonly appid: string;
  readonly componentAppid: string;
}

/** How an account token is bought with the refresh token. */
@Injectable()
export class AccountTokenSource {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly components: ComponentTokens,
    private readonly calls: ComponentCalls,
    private readonly recovery: RefreshTokenRecovery,
    private readonly wechat: WechatClient,
  ) {}

  /** One object per run: a refresh token is looked up at WeChat once. */
  renewal(at: AccountAt): Renewal {
    const used: RefusedToken = { token: null, version: null };
    let recovered = false;
    return {
      warm: async () => {
        await this.components.get(at.platformId);
      },
      call: async (window) => {
        const refresh = await this.credentials.find(refreshTokenKey(at));
        Object.assign(used, { token: refresh?.token ?? null, version: refresh?.version ?? null });
        if (!refresh?.token) throw new AppError('denied', 'refresh_token_missing');
        return this.buy(at, refresh.token, window);
      },
      recover: async (error) => {
        if (!isRefreshTokenLost(error) || recovered) return false;
        recovered = true;
        if (await this.recovery.recover(at, used)) return true;
        throw authorizationLost(error);
      },
    };
  }

  private async buy(at: AccountAt, refreshToken: Secret, window: LeaseWindow): Promise<RenewedToken> {
    const answer = await this.calls.run(at.platformId, 'api_authorizer_token', (componentToken) => {
      window.ensureTimeForCall();
      const { componentAppid, appid } = at;
      return this.wechat.refreshAccountToken({
        componentAppid,
        componentToken,
        appid,
        refreshToken,
        signal: window.signal,
      });
    });
    const { token, expiresInSeconds } = answer.accountToken;
    // An empty refresh token in the answer never overwrites the stored one.
    const beside = answer.refreshToken ? { key: refreshTokenKey(at), token: answer.refreshToken } : null;
    return { token, expiresInSeconds, beside };
  }
}

/** Tokens of authorized accounts. */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly keeper: TokenKeeper,
    private readonly source: AccountTokenSource,
    private readonly accounts: AccountRepository,
  ) {}

  /**
   * A token that works now, as far as is known. Throws `authorization_lost` when only the merchant can help, else WeChat's
   * refusal, and `token_cooling_down` soon after one.
   */
  async get(platformId: string, appid: string, componentAppid: string): Promise<HeldToken> {
    const at = { platformId, appid, componentAppid };
    try {
      return await this.keeper.get(accountTokenKey(at), () => this.source.renewal(at));
    } catch (error) {
      throw await this.explained(at, error);
    }
  }

  /** A token this process opened a moment ago, without any wait; null: `get` it. */
  atHand(platformId: string, appid: string): HeldToken | null {
    return this.keeper.atHand(accountTokenKey({ platformId, appid }));
  }

  /** Takes the tokens of many accounts to hand in one statement, for `db` to send along with others; who needs a refresh is left out. */
  async warm(accounts: readonly Omit<AccountAt, 'componentAppid'>[], db: Queries): Promise<void> {
    await this.keeper.warm(accounts.map(accountTokenKey), db);
  }

  /** WeChat answered 40001, 40014 or 42001 to the token of this version: the next `get` refreshes unless a newer one is stored. */
  async rejected(platformId: string, appid: string, version: number): Promise<void> {
    await this.keeper.rejected(accountTokenKey({ platformId, appid }), version);
  }

  /** The credential was written by an exchange or a revoke. */
  forget(platformId: string, appid: string): void {
    this.keeper.forget(accountTokenKey({ platformId, appid }));
  }

  /** While a lost authorization cools down, its state tells more than the pause does. */
  private async explained(at: AccountAt, error: unknown): Promise<unknown> {
    if (!(error instanceof AppError) || error.code !== 'token_cooling_down') return error;
    const account = await this.accounts.find(at.platformId, at.appid);
    return account?.state === 'authorized' ? error : authorizationLost(error);
  }
}

/** 42002 and a revoked authorization speak of the same thing as 61023; a missing one is as bad as a refused one. */
function isRefreshTokenLost(error: unknown): boolean {
  if (error instanceof WechatApiError) {
    const { errcode, errcodeClass } = error;
    return errcode === REFRESH_TOKEN_REFUSED || errcode === 42002 || errcodeClass === 'authorization_revoked';
  }
  return error instanceof AppError && error.code === 'refresh_token_missing';
}
