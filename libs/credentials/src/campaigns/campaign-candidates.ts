import { Injectable } from '@nestjs/common';
import { type Bilingual } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { AccountDirectory, type AccountScope, type FetchableAccount } from '../accounts/account-directory';
import { CAMPAIGN_MEMBERS_MAX, candidateVerdict, type LeftOutReason, type MemberReason } from './campaign-policy';
import { campaignTooLarge } from './campaign.errors';

export interface Candidate {
  readonly account: FetchableAccount;
  readonly because: MemberReason;
}

/** An account that ought to be asked but would be in vain. */
export interface LeftOut {
  readonly account: FetchableAccount;
  readonly because: LeftOutReason;
  readonly message: Bilingual;
}

export interface CandidateList {
  readonly members: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
}

const CHUNK = 1_000;

/** Who a campaign would ask. */
@Injectable()
export class CampaignCandidates {
  constructor(private readonly accounts: AccountDirectory) {}

  /** The oldest first. Throws what `AccountDirectory.idsInReach` throws, and `campaign_too_large`. */
  async find(
    reach: Reach,
    scope: AccountScope,
    wanted: readonly number[],
    who: readonly MemberReason[],
  ): Promise<CandidateList> {
    const ids = await this.accounts.idsInReach(reach, scope);
    const members: Candidate[] = [];
    const leftOut: LeftOut[] = [];
    for (let start = 0; start < ids.length; start += CHUNK) {
      const some = ids.slice(start, start + CHUNK);
      const known = await this.accounts.fetchable(some);
      for (const account of some.flatMap((id) => known.get(id) ?? [])) {
        const verdict = candidateVerdict({ ...account.gate, merchantId: account.merchantId }, wanted, who);
        if (verdict.act === 'ask') members.push({ account, because: verdict.because });
        if (verdict.act === 'leave_out') {
          leftOut.push({ account, because: verdict.because, message: verdict.message });
        }
      }
      if (members.length + leftOut.length > CAMPAIGN_MEMBERS_MAX) throw campaignTooLarge();
    }
    return { members, leftOut };
  }
}
