import { AccountRereads, AccountTokens, type FetchableAccount } from '@app/credentials';
import { Clock } from '@app/kernel';
import { WechatApiError, WechatClient, type CumulateAnswer } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { AccountGates } from './account-gates';
import { type DayRange } from './window-policy';

/** What became of one window: an answer, or why there is none. `asked` is false when no call reached WeChat. */
export type WindowOutcome =
  | {
      readonly answer: CumulateAnswer;
      readonly error: null;
      readonly asked: true;
      readonly calledAt: Date;
      readonly ms: number;
    }
  | {
      readonly answer: null;
      readonly error: unknown;
      readonly asked: boolean;
      readonly calledAt: Date;
      readonly ms: number;
    };

/** Asks WeChat for one window on behalf of an account. A token WeChat refuses is replaced once, never in a loop. */
@Injectable()
export class WindowCaller {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly wechat: WechatClient,
    private readonly rereads: AccountRereads,
    private readonly gates: AccountGates,
    private readonly clock: Clock,
  ) {}

  async call(account: FetchableAccount, window: DayRange): Promise<WindowOutcome> {
    const first = await this.callOnce(account, window);
    return first.error !== null && first.asked && isTokenRefused(first.error) ? this.callOnce(account, window) : first;
  }

  private async callOnce(account: FetchableAccount, window: DayRange): Promise<WindowOutcome> {
    let calledAt = this.clock.now();
    let started = performance.now();
    let asked = false;
    try {
      const { token, version } = await this.tokens.get(account.platformId, account.appid, account.componentAppid);
      await this.gates.ensureOpen(account.id);
      calledAt = this.clock.now();
      started = performance.now();
      asked = true;
      try {
        const answer = await this.wechat.userCumulate({ accountToken: token, from: window.from, to: window.to });
        return { answer, error: null, asked, calledAt, ms: elapsed(started) };
      } catch (error) {
        if (isTokenRefused(error)) await this.tokens.rejected(account.platformId, account.appid, version);
        if (isGateNews(error)) await this.rereads.request(account.id);
        throw error;
      }
    } catch (error) {
      return { answer: null, error, asked, calledAt, ms: elapsed(started) };
    }
  }
}

function isTokenRefused(error: unknown): boolean {
  return error instanceof WechatApiError && error.errcodeClass === 'refresh_credential';
}

/** WeChat refuses what our rows allow: they are behind, so the account is read again. */
function isGateNews(error: unknown): boolean {
  return error instanceof WechatApiError && ['permission_lost', 'authorization_revoked'].includes(error.errcodeClass);
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}
