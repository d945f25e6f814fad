import { Injectable } from '@nestjs/common';
import { Clock, type Secret } from '@app/kernel';
import { AccountRepository } from '../accounts/account.repository';
import { ReconcileRequests } from '../reconcile/reconcile-requests';
import { AuthorizerInfo } from './authorizer-info';
import { refreshTokenKey } from './credential-keys';
import { CredentialRepository } from './credential.repository';

/** The refresh token WeChat refused; nulls when there was none to send. */
export interface RefusedToken {
  readonly token: Secret | null;
  readonly version: number | null;
}

/** A refresh token is lost to us (61023, a wiped row) more often than to WeChat, which tells it again through INFO or LIST. */
@Injectable()
export class RefreshTokenRecovery {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly accounts: AccountRepository,
    private readonly info: AuthorizerInfo,
    private readonly requests: ReconcileRequests,
    private readonly clock: Clock,
  ) {}

  /**
   * True when another refresh token is stored now. False, and the account `incomplete`, when INFO names the same one or none:
   * LIST is read next, once for all accounts of the platform that are in this trouble, and decides what the account is called.
   * Throws what INFO throws when that says nothing about the authorization.
   */
  async recover(at: { readonly platformId: string; readonly appid: string }, refused: RefusedToken): Promise<boolean> {
    const told = (await this.info.find(at.platformId, at.appid))?.refreshToken ?? null;
    if (told === null || refused.token?.equals(told) === true) {
      await this.accounts.markIncomplete(at.platformId, at.appid, 'token_checking', refused.version);
      // An exchange may have stored a fresh one while we asked: then nothing was marked, and nothing is lost.
      const stored = await this.credentials.find(refreshTokenKey(at));
      if (stored?.token && stored.version !== refused.version) return true;
      await this.requests.recovery(at.platformId);
      return false;
    }
    await this.credentials.replaceIfUnchanged(refreshTokenKey(at), told, refused.version, this.clock.now());
    await this.accounts.markComplete(at.platformId, at.appid);
    return true;
  }
}
