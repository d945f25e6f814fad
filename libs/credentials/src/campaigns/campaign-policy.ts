import { type Bilingual } from '@app/kernel';
import { gateVerdict, type GatedAccount } from '../accounts/gate-policy';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';

export const CAMPAIGN_DAYS_DEFAULT = 14;
export const CAMPAIGN_SETS_MAX = 20;
/** Keeps one request, one transaction and one mail merge within what a gateway does in seconds. */
export const CAMPAIGN_MEMBERS_MAX = 10_000;

/** Why an account is asked: it is authorized and lacks a wanted set, or its authorization is gone. */
export type MemberReason = 'lacking' | 'gone';
export type LeftOutReason = 'no_merchant' | 'not_official_account' | 'bad_standing';

export type CandidateVerdict =
  | { readonly act: 'ask'; readonly because: MemberReason }
  | { readonly act: 'leave_out'; readonly because: LeftOutReason; readonly message: Bilingual }
  | { readonly act: 'pass'; readonly because: 'nothing_missing' | 'not_chosen' };

/** Set 2 is what the gateway lives on, so every campaign asks for it. */
export function wantedSets(asked: readonly number[] | undefined): number[] {
  return [...new Set([USER_MANAGEMENT_SET, ...(asked ?? [])])].sort((a, b) => a - b);
}

/** Is this account asked, and if not, why? Those who would be asked in vain are named, not dropped. */
export function candidateVerdict(
  account: GatedAccount & { readonly merchantId: string | null },
  wanted: readonly number[],
  who: readonly MemberReason[],
): CandidateVerdict {
  const isGone = account.state !== 'authorized';
  if (!isGone && wanted.every((id) => account.setIds.includes(id))) return { act: 'pass', because: 'nothing_missing' };
  const because: MemberReason = isGone ? 'gone' : 'lacking';
  if (!who.includes(because)) return { act: 'pass', because: 'not_chosen' };
  if (account.merchantId === null) return { act: 'leave_out', because: 'no_merchant', message: NO_MERCHANT };
  const hopeless = hopelessness(account);
  return hopeless ?? { act: 'ask', because };
}

/** WeChat's page offers neither other kinds of accounts nor cancelled, banned and frozen ones: no link would help. */
function hopelessness(account: GatedAccount): CandidateVerdict | null {
  const { kind, accountStatus } = account;
  const rest = gateVerdict({
    ...{ kind, accountStatus },
    ...{ state: 'authorized', incompleteBecause: null, setIds: [USER_MANAGEMENT_SET], verifyType: null },
  });
  if (rest.open) return null;
  const { because, message } = rest;
  return because === 'not_official_account' || because === 'bad_standing'
    ? { act: 'leave_out', because, message }
    : null;
}

export type CampaignState = 'open' | 'closed' | 'expired';

export function campaignState(
  campaign: { readonly closedAt: Date | null; readonly expiresAt: Date },
  now: Date,
): CampaignState {
  if (campaign.closedAt !== null) return 'closed';
  return campaign.expiresAt <= now ? 'expired' : 'open';
}

const NO_MERCHANT: Bilingual = {
  en: 'The account belongs to no merchant, so nobody is known to send a link to. Send its merchant an ordinary invite: authorizing through that assigns the account.',
  zh: '该公众号未归属任何商户，无从发送链接。请向其商户发送普通授权邀请，经该邀请授权后即完成归属。',
};
