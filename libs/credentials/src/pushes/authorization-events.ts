import { Injectable } from '@nestjs/common';
import { type AuthorizationEvent, type GrantEvent, type RevokeEvent } from '@app/wechat';
import { AccountReader } from '../accounts/account-reader';
import { AccountRepository } from '../accounts/account.repository';
import { revokeVerdict } from '../accounts/revoke-policy';
import { AuthorizationExchange } from '../authorizations/authorization-exchange';
import { InviteTieRepository } from '../invites/invite-tie.repository';
import { AccountEnd } from './account-end';

interface Place {
  readonly platformId: string;
  readonly componentAppid: string;
}

/** What each authorization event does. Every answer is the push's outcome, kept with its row. */
@Injectable()
export class AuthorizationEvents {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly exchange: AuthorizationExchange,
    private readonly ties: InviteTieRepository,
    private readonly reader: AccountReader,
    private readonly end: AccountEnd,
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
    if (before?.state === 'revoked' && before.eventTime !== null && eventTime < before.eventTime) {
      // The cancellation that came later was applied first; WeChat knows what holds now.
      await this.reader.reread(before.id);
      return 'stale';
    }
    const tie = event.preAuthCode ? await this.ties.findByPreAuthCode(platformId, event.preAuthCode) : null;
    const code = event.authorizationCode;
    const { accountId, ownedByOther } = await this.exchange.exchange({
      platformId,
      componentAppid,
      code,
      source: 'push',
      eventTime,
      authorizerAppid,
      tie,
    });
    await this.accounts.noteEventTime(accountId, eventTime);
    return ownedByOther ? 'owned_by_other_merchant' : 'authorized';
  }

  private async revoke({ platformId }: Place, event: RevokeEvent): Promise<string> {
    const account = await this.accounts.find(platformId, event.authorizerAppid);
    if (!account) return 'unknown_account';
    const verdict = revokeVerdict(account, event.createTime);
    switch (verdict.act) {
      case 'ignore':
        await this.accounts.noteEventTime(account.id, event.createTime);
        return verdict.because;
      case 'ask': {
        const after = await this.reader.reread(account.id);
        return after?.state === 'revoked' ? 'revoked' : 'authorized_meanwhile';
      }
      case 'revoke': {
        if (await this.end.revoke(account, event.createTime, 'push')) return 'revoked';
        // Another event of this account was applied since it was read, perhaps an earlier one: WeChat knows what holds.
        const after = await this.reader.reread(account.id);
        return after?.state === 'revoked' ? 'revoked' : 'authorized_meanwhile';
      }
    }
  }
}
