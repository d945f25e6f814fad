import { AccountRereads, AccountTokens, type FetchableAccount } from '@app/credentials';
import { Clock } from '@app/kernel';
import { WechatApiError } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { AppidPauseRepository } from './appid-pause.repository';
import { pauseAfter, type QuotaPause } from './pause-policy';

/** What a refused call means for the next ones. */
@Injectable()
export class CallAftermath {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly rereads: AccountRereads,
    private readonly pauses: AppidPauseRepository,
    private readonly clock: Clock,
    private readonly config: FetchingConfig,
  ) {}

  /**
   * The pause that begins with it, if any.
   * @param tokenVersion of the token that was sent
   */
  async settle(account: FetchableAccount, error: unknown, tokenVersion: number): Promise<QuotaPause | null> {
    if (!(error instanceof WechatApiError)) return null;
    const { platformId, appid } = account;
    const now = this.clock.now();
    const pause = pauseAfter(error, now, this.config.QUOTA_RESET_HOUR);
    if (pause) await this.pauses.note({ appid, ...pause, errcode: error.errcode, rid: error.rid }, now);
    if (isTokenRefused(error)) await this.tokens.rejected(platformId, appid, tokenVersion);
    if (isGateNews(error)) await this.rereads.request(account.id);
    return pause;
  }
}

export function isTokenRefused(error: unknown): boolean {
  return error instanceof WechatApiError && error.errcodeClass === 'refresh_credential';
}

/** WeChat refuses what our rows allow: they are behind, so the account is read again. */
function isGateNews(error: WechatApiError): boolean {
  return ['permission_lost', 'authorization_revoked'].includes(error.errcodeClass);
}
