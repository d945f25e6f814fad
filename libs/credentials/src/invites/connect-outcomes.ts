import { Injectable } from '@nestjs/common';
import { AccountDirectory, type FetchableAccount } from '../accounts/account-directory';
import { gateVerdict, type GateVerdict } from '../accounts/gate-policy';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';
import { type SettledGrant } from '../authorizations/grant';
import { BoundInviteRepository } from './bound-invite.repository';
import { inviteClosed, inviteUnknown } from './invite.errors';
import { type InviteDetail } from './invite.repository';

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

/** Says what came of an invite. */
@Injectable()
export class ConnectOutcomes {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly bound: BoundInviteRepository,
  ) {}

  /** Throws `invite_used`, `invite_unknown`. */
  async of(invite: InviteDetail, { accountId, tie }: SettledGrant): Promise<ConnectOutcome> {
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
    const wanted = await this.bound.wantedSets(binding.campaignId);
    return {
      accountName: binding.nickName || binding.appid,
      isOther: came.id !== binding.accountId,
      missingSets: wanted.filter((id) => !came.gate.setIds.includes(id)),
    };
  }
}
