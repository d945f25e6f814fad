import { ApiProperty } from '@nestjs/swagger';
import {
  MEMBER_STATES,
  type Candidate,
  type IssuedLinks,
  type CampaignPlan,
  type CampaignState,
  type CampaignView,
  type LeftOut,
  type LeftOutReason,
  type MemberReason,
  type MemberState,
  type MemberView,
} from '@app/credentials';
import { iso } from '../http';
import { type Language } from '../problem';

export class CampaignDto {
  id: string;
  name: string;
  /** Ids of the permission sets asked for. */
  sets: number[];
  @ApiProperty({ enum: ['open', 'closed', 'expired'] })
  state: CampaignState;
  /** How many accounts are asked; fixed when the campaign was made. */
  members: number;
  createdAt: string;
  expiresAt: string;
  closedAt: string | null;
}

/** A campaign with how many of its members are in each state. */
export class CampaignDetailDto extends CampaignDto {
  @ApiProperty({ type: 'object', properties: Object.fromEntries(MEMBER_STATES.map((s) => [s, { type: 'integer' }])) })
  states: Record<MemberState, number>;
}

export class CampaignPageDto {
  items: CampaignDto[];
  nextCursor: string | null;
}

class AccountRefDto {
  account: string;
  appid: string;
  name: string;
  merchant: string | null;
}

/** An account that ought to be asked, but a link would not help it. */
export class LeftOutDto extends AccountRefDto {
  @ApiProperty({ enum: ['no_merchant', 'not_official_account', 'bad_standing'] })
  because: LeftOutReason;
  message: string;
}

class MemberLinkDto {
  state: string;
  issuedAt: string;
  expiresAt: string;
}

export class MemberDto extends AccountRefDto {
  merchantName: string | null;
  /** Why the account is asked. */
  @ApiProperty({ enum: ['lacking', 'gone'] })
  asked: MemberReason;
  @ApiProperty({ enum: MEMBER_STATES })
  state: MemberState;
  because: string;
  /** Wanted sets the account does not grant now. */
  missing: number[];
  sentAt: string | null;
  openedAt: string | null;
  authorizedAt: string | null;
  grantedAt: string | null;
  withdrawnAt: string | null;
  /** The newest link without its address; null before the first. */
  link: MemberLinkDto | null;
}

export class MemberPageDto {
  items: MemberDto[];
  nextCursor: string | null;
}

class CandidateDto extends AccountRefDto {
  /** Why the account would be asked. */
  @ApiProperty({ enum: ['lacking', 'gone'] })
  asked: MemberReason;
}

/** Who would be asked. */
export class CampaignPlanDto {
  dryRun: boolean;
  sets: number[];
  members: CandidateDto[];
  leftOut: LeftOutDto[];
}

export class AcceptedCampaignDto extends CampaignDto {
  leftOut: LeftOutDto[];
}

class IssuedLinkDto extends AccountRefDto {
  merchantName: string | null;
  /** Shown here and never again. */
  url: string;
  expiresAt: string;
}

class SkippedMemberDto {
  account: string;
  because: string;
}

export class IssuedLinksDto {
  items: IssuedLinkDto[];
  skipped: SkippedMemberDto[];
}

export class MarkedDto {
  /** Members that count as sent now. */
  marked: number;
}

/** The fields without the class: what goes into an answer. */
type Fields<T> = Pick<T, keyof T>;

export function campaignDto(campaign: CampaignView): Fields<CampaignDto> {
  const { id, name, sets, state, memberCount, createdAt, expiresAt, closedAt } = campaign;
  return {
    ...{ id, name, sets: [...sets], state, members: memberCount },
    ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), closedAt: iso(closedAt) },
  };
}

export function planView({ sets, members, leftOut }: CampaignPlan, language: Language): CampaignPlanDto {
  const list = members.map(({ account, because }) => ({ ...accountRef(account), asked: because }));
  return { dryRun: true, sets: [...sets], members: list, leftOut: leftOut.map((one) => leftOutDto(one, language)) };
}

export function leftOutDto({ account, because, message }: LeftOut, language: Language): LeftOutDto {
  return { ...accountRef(account), because, message: message[language] };
}

export function memberDto(member: MemberView): MemberDto {
  const { state, because, missing, sentAt, openedAt, authorizedAt, grantedAt, withdrawnAt } = member.progress;
  const { linkState, linkIssuedAt, linkExpiresAt } = member;
  return {
    ...{ ...memberRef(member), asked: member.because, state, because, missing: [...missing] },
    ...{ sentAt: iso(sentAt), openedAt: iso(openedAt), authorizedAt: iso(authorizedAt) },
    ...{ grantedAt: iso(grantedAt), withdrawnAt: iso(withdrawnAt) },
    link:
      linkState && linkIssuedAt && linkExpiresAt
        ? { state: linkState, issuedAt: linkIssuedAt.toISOString(), expiresAt: linkExpiresAt.toISOString() }
        : null,
  };
}

/** Links are shown here and never again. */
export function linksView({ items, skipped }: IssuedLinks): IssuedLinksDto {
  return {
    items: items.map(({ member, url, expiresAt }) => ({
      ...memberRef(member),
      url,
      expiresAt: expiresAt.toISOString(),
    })),
    skipped: skipped.map(({ member, because }) => ({ account: member.publicId, because })),
  };
}

function accountRef({ publicId, appid, nickName, merchantId }: Candidate['account']): Fields<AccountRefDto> {
  return { account: publicId, appid, name: nickName, merchant: merchantId };
}

function memberRef(member: MemberView): Fields<AccountRefDto> & { merchantName: string | null } {
  const { publicId, appid, nickName, merchantId, merchantName } = member;
  return { account: publicId, appid, name: nickName, merchant: merchantId, merchantName };
}
