import { Injectable } from '@nestjs/common';
import { AppError, Clock, Secret } from '@app/kernel';
import { AccountDirectory, type FetchableAccount } from '../accounts/account-directory';
import { gateVerdict, type GateVerdict } from '../accounts/gate-policy';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';
import { AuthorizationExchange } from '../authorizations/authorization-exchange';
import { codeExpired } from '../authorizations/authorization.errors';
import { type SettledGrant } from '../authorizations/grant';
import { InviteClicks } from './invite-clicks';
import { callbackVerdict, inviteState, mayCodeLive } from './invite-policy';
import { inviteClosed, inviteUnknown } from './invite.errors';
import { InviteRepository, type InviteDetail } from './invite.repository';

/** How an authorization ended, for the person in front of the browser. */
export interface ConnectOutcome {
  readonly accountName: string;
  readonly merchantName: string;
  readonly setGranted: boolean;
  readonly gate: GateVerdict;
  readonly ownedByOther: boolean;
  /** Of a campaign's link alone. */
  readonly bound: BoundOutcome | null;
}

/** What came of a link that was for one account. */
export interface BoundOutcome {
  /** The account the link is for. */
  readonly accountName: string;
  /** Another account came back, which WeChat should not let happen; it is stored all the same. */
  readonly isOther: boolean;
  /** What is asked for and still not granted. */
  readonly missingSets: readonly number[];
}

/** What somebody with an invite's link can do; the link is all they have. */
@Injectable()
export class ConnectService {
  constructor(
    private readonly invites: InviteRepository,
    private readonly clicks: InviteClicks,
    private readonly exchange: AuthorizationExchange,
    private readonly directory: AccountDirectory,
    private readonly clock: Clock,
  ) {}

  /** Without side effect: previews of a chat open the link too. Throws `invite_unknown`, and `invite_…` for what ended it. */
  async open(token: string): Promise<InviteDetail> {
    const invite = await this.find(token);
    const state = inviteState(invite, this.clock.now());
    if (state !== 'open') throw inviteClosed(state);
    return invite;
  }

  /** A fresh link to WeChat's authorization page. Throws as `open`, and what WeChat's calls throw. */
  async click(token: string, device: 'desktop' | 'mobile'): Promise<string> {
    return this.clicks.follow(await this.open(token), device, `/connect/${token}/callback`);
  }

  /** The merchant came back from WeChat; safe to reload. Throws as `open` and as the exchange of the code. */
  async callback(token: string, authCode: Secret): Promise<ConnectOutcome> {
    const invite = await this.find(token);
    const now = this.clock.now();
    const state = inviteState(invite, now);
    const lastClickEnd = await this.invites.findLastClickEnd(invite.id);
    const begun = { lastClickExpiresAt: lastClickEnd, isBound: invite.binding !== null };
    const verdict = callbackVerdict(state, begun, now);
    if (verdict.allowed) return this.outcome(invite, await this.settle(invite, authCode));
    // A reload of the page that closed the invite, however much later.
    const accountId = await this.exchange.findAccountId(invite.platformId, authCode);
    if (accountId !== null && accountId === invite.accountId) return this.outcome(invite, { accountId, tie: 'tied' });
    if (state !== 'used' || !mayCodeLive(lastClickEnd, now)) throw inviteClosed(verdict.because);
    return this.outcome(invite, await this.settleUsed(invite, authCode));
  }

  /**
   * The push may have closed the invite with another code of the same authorization, or the merchant agreed again. Another
   * account is stored, because its authorization killed the tokens it had, but this invite takes no second one.
   */
  private async settleUsed(invite: InviteDetail, code: Secret): Promise<SettledGrant> {
    try {
      const settled = await this.settle(invite, code);
      if (settled.accountId === invite.accountId) return settled;
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    }
    throw inviteClosed('used');
  }

  private async settle(invite: InviteDetail, code: Secret): Promise<SettledGrant> {
    try {
      return await this.exchange.exchange({
        platformId: invite.platformId,
        componentAppid: invite.componentAppid,
        code,
        source: 'redirect',
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

  private async outcome(invite: InviteDetail, { accountId, tie }: SettledGrant): Promise<ConnectOutcome> {
    if (tie === 'invite_used') throw inviteClosed('used');
    const account = (await this.directory.fetchable([accountId])).get(accountId);
    if (!account) throw inviteUnknown();
    return {
      accountName: account.nickName || account.appid,
      merchantName: invite.merchantName,
      setGranted: account.gate.setIds.includes(USER_MANAGEMENT_SET),
      gate: gateVerdict(account.gate),
      ownedByOther: tie === 'owned_by_other',
      bound: await this.boundOutcome(invite, account),
    };
  }

  private async boundOutcome({ binding }: InviteDetail, came: FetchableAccount): Promise<BoundOutcome | null> {
    if (binding === null) return null;
    const wanted = await this.clicks.wantedSets(binding.campaignId);
    return {
      accountName: binding.nickName || binding.appid,
      isOther: came.id !== binding.accountId,
      missingSets: wanted.filter((id) => !came.gate.setIds.includes(id)),
    };
  }

  /** The invite in any state. Throws `invite_unknown`. */
  async find(token: string): Promise<InviteDetail> {
    const invite = await this.invites.findByToken(token);
    if (!invite) throw inviteUnknown();
    return invite;
  }
}
