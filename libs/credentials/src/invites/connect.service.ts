import { Injectable } from '@nestjs/common';
import { Clock, type Secret } from '@app/kernel';
import { ConnectOutcomes, type ConnectOutcome } from './connect-outcomes';
import { InviteClicks } from './invite-clicks';
import { InviteCodes } from './invite-codes';
import { callbackVerdict, inviteState, mayCodeLive } from './invite-policy';
import { inviteClosed, inviteUnknown } from './invite.errors';
import { InviteRepository, type InviteDetail } from './invite.repository';

/** What somebody with an invite's link can do; the link is all they have. */
@Injectable()
export class ConnectService {
  constructor(
    private readonly invites: InviteRepository,
    private readonly clicks: InviteClicks,
    private readonly codes: InviteCodes,
    private readonly outcomes: ConnectOutcomes,
    private readonly clock: Clock,
  ) {}

  /** Without side effect: previews of a chat open the link too. Throws `invite_unknown`, and `invite_…` for what ended it. */
  async open(token: string): Promise<InviteDetail> {
    const invite = await this.find(token);
    const state = inviteState(invite, this.clock.now());
    if (state !== 'open') throw inviteClosed(state);
    return invite;
  }

  /** A fresh link to WeChat's authorization page. Throws as `open`, `invite_busy`, and what WeChat's calls throw. */
  async click(token: string, device: 'desktop' | 'mobile'): Promise<string> {
    return this.clicks.follow(await this.open(token), device, `/connect/${token}/callback`);
  }

  /** The merchant came back from WeChat; safe to reload. Throws as `open`, `invite_busy`, and as the exchange of the code. */
  async callback(token: string, authCode: Secret): Promise<ConnectOutcome> {
    const invite = await this.find(token);
    const now = this.clock.now();
    const state = inviteState(invite, now);
    const lastClickEnd = await this.invites.findLastClickEnd(invite.id);
    const begun = { lastClickExpiresAt: lastClickEnd, isBound: invite.binding !== null };
    const verdict = callbackVerdict(state, begun, now);
    if (verdict.allowed) return this.outcomes.of(invite, await this.codes.settle(invite, authCode));
    // A reload of the page that closed the invite, however much later.
    const accountId = await this.codes.findAccountId(invite, authCode);
    if (accountId !== null && accountId === invite.accountId)
      return this.outcomes.of(invite, { accountId, tie: 'tied' });
    if (state !== 'used' || !mayCodeLive(lastClickEnd, now)) throw inviteClosed(verdict.because);
    return this.outcomes.of(invite, await this.codes.settleUsed(invite, authCode));
  }

  /** The invite in any state. Throws `invite_unknown`. */
  async find(token: string): Promise<InviteDetail> {
    const invite = await this.invites.findByToken(token);
    if (!invite) throw inviteUnknown();
    return invite;
  }
}
