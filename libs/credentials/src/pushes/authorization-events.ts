import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { type AuthorizationEvent, type GrantEvent, type RevokeEvent } from '@app/wechat';
import { AccountReader } from '../accounts/account-reader';
import { type AccountState } from '../accounts/account.entity';
import { AccountRepository } from '../accounts/account.repository';
import { revokeVerdict } from '../accounts/revoke-policy';
import { AuthorizationExchange } from '../authorizations/authorization-exchange';
import { codeExpired } from '../authorizations/authorization.errors';
import { MERCHANT_LEFT } from '../departures/departure.errors';
import { type InviteTie, type TieOutcome } from '../invites/invite-tie.repository';
import { AccountEnd } from './account-end';
import { EventArrivals } from './event-arrivals';

interface Place {
  readonly platformId: string;
  readonly componentAppid: string;
  readonly now: Date;
}

const OUTCOMES: Readonly<Record<TieOutcome, string>> = {
  tied: 'authorized',
  no_invite: 'authorized',
  owned_by_other: 'owned_by_other_merchant',
  invite_used: 'invite_used',
};

/** What each authorization event does. Every answer is the push's outcome, kept with its row. */
@Injectable()
export class AuthorizationEvents {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly exchange: AuthorizationExchange,
    private readonly reader: AccountReader,
    private readonly end: AccountEnd,
    private readonly arrivals: EventArrivals,
  ) {}

  async apply(place: Place, event: AuthorizationEvent): Promise<string> {
    switch (event.infoType) {
      case 'authorized':
      case 'updateauthorized':
        return this.grant(place, event);
      case 'unauthorized':
        return this.revoke(place, event);
      case 'component_verify_ticket':
      case 'other':
        return 'ignored';
    }
  }

  private async grant({ platformId, componentAppid }: Place, event: GrantEvent): Promise<string> {
    const { authorizerAppid, createTime: eventTime } = event;
    const before = await this.accounts.find(platformId, authorizerAppid);
    const { isKeptOut, ...arrival } = await this.arrivals.of(platformId, event);
    if (isKeptOut) return MERCHANT_LEFT;
    const { tie } = arrival;
    if (before?.state === 'revoked' && before.eventTime !== null && eventTime < before.eventTime) {
      // The cancellation that came later was applied first; WeChat knows what holds now.
      const state = await this.askInfo(before.id, tie);
      // Alive, but no refresh token is told: then this code may be the only way to one.
      if (state !== 'incomplete') return 'stale';
    }
    try {
      const code = event.authorizationCode;
      const place = { platformId, componentAppid, authorizerAppid };
      const grant = { ...place, ...arrival, code, source: 'push', eventTime } as const;
      const settled = await this.exchange.exchange(grant);
      await this.accounts.noteEventTime(settled.accountId, eventTime);
      return OUTCOMES[settled.tie];
    } catch (error) {
      if (!before || !(error instanceof AppError) || error.code !== codeExpired().code) throw error;
      // WeChat knows no authorization of an account that stands here as authorized.
      return (await this.askInfo(before.id, tie)) === 'revoked' ? 'revoked' : error.code;
    }
  }

  /** Which state an account of ours is in, after asking WeChat; it came through the invite all the same. */
  private async askInfo(accountId: number, tie: InviteTie | null): Promise<AccountState | undefined> {
    await this.exchange.join(accountId, tie);
    return (await this.reader.reread(accountId))?.state;
  }

  private async revoke({ platformId, now }: Place, event: RevokeEvent): Promise<string> {
    if (await this.arrivals.isGone(platformId, event.authorizerAppid)) return MERCHANT_LEFT;
    const account = await this.accounts.find(platformId, event.authorizerAppid);
    if (!account) return 'unknown_account';
    const verdict = revokeVerdict(account, event.createTime, now);
    switch (verdict.act) {
      case 'ignore':
        await this.accounts.noteEventTime(account.id, event.createTime);
        return verdict.because;
      case 'ask':
        return this.asked(account.id);
      case 'revoke': {
        if (await this.end.revoke(account, event.createTime, 'push')) return 'revoked';
        // Another event of this account was applied since it was read.
        if ((await this.accounts.findById(account.id))?.state === 'revoked') return 'already_revoked';
        return this.asked(account.id);
      }
    }
  }

  /** WeChat knows what holds. */
  private async asked(accountId: number): Promise<string> {
    const after = await this.reader.reread(accountId);
    return after?.state === 'revoked' ? 'revoked' : 'authorized_meanwhile';
  }
}
