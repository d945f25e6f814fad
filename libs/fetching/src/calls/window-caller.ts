import { AccountTokens, type FetchableAccount } from '@app/credentials';
import { AppError, Clock } from '@app/kernel';
import { type CumulateAnswer } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { type DayRange } from '../window-policy';
import { AccountGates } from './account-gates';
import { CallAftermath, isTokenRefused } from './call-aftermath';
import { APPID_PAUSED, CIRCUIT_OPEN } from './call.errors';
import { CumulateCalls } from './cumulate-calls';
import { type QuotaPause } from './pause-policy';

type HeldToken = Awaited<ReturnType<AccountTokens['get']>>;

interface Asked {
  /** False when no call reached WeChat. */
  readonly asked: boolean;
  readonly calledAt: Date;
  readonly ms: number;
}

/** What became of one window: an answer, or why there is none, and until when nobody calls for the appid. */
export type WindowOutcome = Asked &
  (
    | { readonly answer: CumulateAnswer; readonly error: null; readonly pause: null }
    | { readonly answer: null; readonly error: unknown; readonly pause: QuotaPause | null }
  );

/**
 * Asks WeChat for one window on behalf of an account whose gate was read a moment ago. Where a token must be waited for, the gate
 * is read again: an event that closed it, or a quota that ran out, may have been committed meanwhile. A token WeChat refuses is
 * replaced once, never in a loop.
 */
@Injectable()
export class WindowCaller {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly gates: AccountGates,
    private readonly calls: CumulateCalls,
    private readonly aftermath: CallAftermath,
    private readonly clock: Clock,
  ) {}

  async call(account: FetchableAccount, window: DayRange): Promise<WindowOutcome> {
    const first = await this.callOnce(account, window);
    return first.error !== null && first.asked && isTokenRefused(first.error) ? this.callOnce(account, window) : first;
  }

  private async callOnce(account: FetchableAccount, window: DayRange): Promise<WindowOutcome> {
    const calledAt = this.clock.now();
    const started = performance.now();
    try {
      const { platformId, appid, componentAppid } = account;
      const held = this.tokens.atHand(platformId, appid);
      if (held) return await this.send(account, window, held);
      const token = await this.tokens.get(platformId, appid, componentAppid);
      await this.gates.ensureOpen(account);
      return await this.send(account, window, token);
    } catch (error) {
      return { answer: null, error, pause: pauseTold(error), asked: false, calledAt, ms: elapsed(started) };
    }
  }

  private async send(
    account: FetchableAccount,
    window: DayRange,
    { token, version }: HeldToken,
  ): Promise<WindowOutcome> {
    const calledAt = this.clock.now();
    const started = performance.now();
    try {
      const answer = await this.calls.ask(account, token, window);
      return { answer, error: null, pause: null, asked: true, calledAt, ms: elapsed(started) };
    } catch (error) {
      const ms = elapsed(started);
      const pause = await this.aftermath.settle(account, error, version);
      return { answer: null, error, pause, asked: !isCode(error, CIRCUIT_OPEN), calledAt, ms };
    }
  }
}

function pauseTold(error: unknown): QuotaPause | null {
  if (!isCode(error, APPID_PAUSED)) return null;
  return { endsAt: new Date(String((error as AppError).detail['until'])), because: APPID_PAUSED };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof AppError && error.code === code;
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}
