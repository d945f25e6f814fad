import { Injectable } from '@nestjs/common';
import { AppError, type Secret } from '@app/kernel';
import { AuthorizationExchange } from '../authorizations/authorization-exchange';
import { codeExpired } from '../authorizations/authorization.errors';
import { type SettledGrant } from '../authorizations/grant';
import { InviteAllowance } from './invite-allowance';
import { inviteClosed } from './invite.errors';
import { InviteRepository, type InviteDetail } from './invite.repository';

/** Codes that come back through an invite's link. Anybody with the link can make them up. */
@Injectable()
export class InviteCodes {
  constructor(
    private readonly invites: InviteRepository,
    private readonly exchange: AuthorizationExchange,
    private readonly allowance: InviteAllowance,
  ) {}

  /** The account this code led to before; null when there is none. */
  findAccountId({ platformId }: InviteDetail, code: Secret): Promise<number | null> {
    return this.exchange.findAccountId(platformId, code);
  }

  /**
   * The push may have closed the invite with another code of the same authorization, or the merchant agreed again. Another
   * account is stored, because its authorization killed the tokens it had, but this invite takes no second one.
   */
  async settleUsed(invite: InviteDetail, code: Secret): Promise<SettledGrant> {
    try {
      const settled = await this.settle(invite, code);
      if (settled.accountId === invite.accountId) return settled;
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    }
    throw inviteClosed('used');
  }

  /** A code that nobody settled costs calls, so its turn is taken first. Throws `invite_busy` and as the exchange. */
  async settle(invite: InviteDetail, code: Secret): Promise<SettledGrant> {
    if (!(await this.exchange.isSettled(invite.platformId, code))) await this.allowance.take(invite.id, 'codes');
    try {
      return await this.exchange.exchange({
        platformId: invite.platformId,
        componentAppid: invite.componentAppid,
        code,
        source: 'redirect',
        isNew: false,
        eventTime: null,
        authorizerAppid: null,
        tie: { inviteId: invite.id, merchantId: invite.merchantId },
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== codeExpired().code) throw error;
      // The push may carry another code of the same authorization, and have spent it first.
      const accountId = (await this.invites.findById(invite.id))?.accountId ?? null;
      if (accountId === null) throw error;
      await this.exchange.recheck(accountId);
      return { accountId, tie: 'tied' };
    }
  }
}
