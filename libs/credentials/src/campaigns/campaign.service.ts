import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@app/kernel';
import { Transactions } from '@app/platform';
import { keyAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { type AccountScope } from '../accounts/account-directory';
import { CampaignCandidates, type Candidate, type LeftOut } from './campaign-candidates';
import { CampaignMemberRepository } from './campaign-member.repository';
import {
  CAMPAIGN_DAYS_DEFAULT,
  campaignState,
  wantedSets,
  type CampaignState,
  type MemberReason,
} from './campaign-policy';
import { campaignEmpty, campaignNotFound, scopeSpansProviders } from './campaign.errors';
import { CampaignRepository, type CampaignRow } from './campaign.repository';

const DAY_MS = 86_400_000;

export interface CampaignRequest {
  readonly name: string;
  readonly scope: AccountScope;
  readonly sets?: readonly number[] | undefined;
  readonly who?: readonly MemberReason[] | undefined;
  readonly expiresInDays?: number | undefined;
}

export interface CampaignPlan {
  readonly sets: readonly number[];
  readonly members: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
}

export type CampaignView = CampaignRow & { readonly state: CampaignState };

/** Campaigns as a provider's staff make and see them. */
@Injectable()
export class CampaignService {
  constructor(
    private readonly candidates: CampaignCandidates,
    private readonly campaigns: CampaignRepository,
    private readonly members: CampaignMemberRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Who would be asked, without asking. Throws not_found for what of the scope is out of reach, `campaign_too_large`. */
  async plan(reach: Reach, { scope, sets, who = ['lacking'] }: CampaignRequest): Promise<CampaignPlan> {
    const wanted = wantedSets(sets);
    return { sets: wanted, ...(await this.candidates.find(reach, scope, wanted, who)) };
  }

  /** Throws as `plan`, and `campaign_empty`, `scope_spans_providers`. */
  async create(
    reach: Reach,
    request: CampaignRequest,
    createdBy: string,
  ): Promise<{ campaign: CampaignView; leftOut: readonly LeftOut[] }> {
    const { sets, members, leftOut } = await this.plan(reach, request);
    const [providerId, ...others] = new Set(members.map(({ account }) => account.providerId));
    if (providerId === undefined) throw campaignEmpty();
    if (others.length > 0) throw scopeSpansProviders();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + (request.expiresInDays ?? CAMPAIGN_DAYS_DEFAULT) * DAY_MS);
    const campaign = {
      ...{ id: newId('cmp'), providerId, name: request.name, sets, memberCount: members.length },
      ...{ createdBy, createdAt: now, expiresAt, closedAt: null },
    };
    const rows = members.map(({ account, because }) => ({ accountId: account.id, because }));
    await this.transactions.run(async (manager) => {
      // Stored by an attempt whose commit was not confirmed.
      if (await this.campaigns.findLocked(manager, campaign.id)) return;
      await this.campaigns.insert(manager, campaign);
      await this.members.insert(manager, campaign.id, rows);
    });
    return { campaign: this.view(campaign), leftOut };
  }

  /** Newest first. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<CampaignView>> {
    const rows = await this.campaigns.listInReach(reach, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: page.items.map((row) => this.view(row)) };
  }

  /** Throws `campaign_not_found`, the same for a foreign id and for one that never existed. */
  async get(reach: Reach, id: string): Promise<CampaignView> {
    const row = await this.campaigns.findInReach(reach, id);
    if (!row) throw campaignNotFound();
    return this.view(row);
  }

  /** Its open links lead nowhere from now on; what was granted stays, and tracking goes on. Throws `campaign_not_found`. */
  async close(reach: Reach, id: string): Promise<CampaignView> {
    await this.get(reach, id);
    await this.campaigns.close(id, this.clock.now());
    return this.get(reach, id);
  }

  private view(row: CampaignRow): CampaignView {
    return { ...row, state: campaignState(row, this.clock.now()) };
  }
}
