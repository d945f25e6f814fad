import { Injectable } from '@nestjs/common';
import { Clock, type Secret } from '@app/kernel';
import { AccountRepository } from '../accounts/account.repository';
import { AuthorizerInfo } from './authorizer-info';
import { refreshTokenKey } from './credential-keys';
import { CredentialRepository } from './credential.repository';

/** The refresh token WeChat refused; nulls when there was none to send. */
export interface RefusedToken {
  readonly token: Secret | null;
  readonly version: number | null;
}

/** A refresh token is lost to us (61023, a wiped row) more often than to WeChat, which tells it again through INFO. */
@Injectable()
export class RefreshTokenRecovery {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly accounts: AccountRepository,
    private readonly info: AuthorizerInfo,
    private readonly clock: Clock,
  ) {}

  /**
   * True when another refresh token is stored now. False, and the account `incomplete`, when WeChat names the same one or
   * none: only the merchant can help. Throws what INFO throws when that says nothing about the authorization.
   */
  async recover(at: { readonly platformId: string; readonly appid: string }, refused: RefusedToken): Promise<boolean> {
    const told = (await this.info.find(at.platformId, at.appid))?.refreshToken ?? null;
    if (told === null || refused.token?.equals(told) === true) {
      // An exchange may have stored a fresh one while we asked: then nothing is lost.
      const stored = await this.credentials.find(refreshTokenKey(at));
      if (stored?.token && stored.version !== refused.version) return true;
      await this.accounts.markIncomplete(at.platformId, at.appid);
      return false;
    }
    await this.credentials.replaceIfUnchanged(refreshTokenKey(at), told, refused.version, this.clock.now());
    await this.accounts.markComplete(at.platformId, at.appid);
    return true;
  }
}
