import { Injectable } from '@nestjs/common';
import { Clock, newId, newToken } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type Reach } from '@app/tenants';
import { type EntityManager } from 'typeorm';
import { CampaignLinkRepository, type NewLink } from './campaign-link.repository';
import { CampaignMembers, type MemberView } from './campaign-members';
import { campaignState } from './campaign-policy';
import { campaignNotFound, campaignOver } from './campaign.errors';
import { CampaignRepository } from './campaign.repository';
import { linkVerdict, type LinkSkip } from './link-policy';

export interface LinkRequest {
  /** Public ids of accounts; all members when left out. */
  readonly members?: readonly string[] | undefined;
  /** Members who hold an open link get a new one, and the old one dies. */
  readonly reissue: boolean;
  readonly createdBy: string;
}

/** A link is shown once: only its token's hash is stored. */
export interface IssuedLink {
  readonly member: MemberView;
  readonly url: string;
  readonly expiresAt: Date;
}

export interface IssuedLinks {
  readonly items: readonly IssuedLink[];
  readonly skipped: readonly { readonly member: MemberView; readonly because: LinkSkip }[];
}

/** Gives members their links. */
@Injectable()
export class CampaignLinks {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly members: CampaignMembers,
    private readonly links: CampaignLinkRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Throws `campaign_not_found`, `campaign_closed`, `campaign_expired`, `member_not_found`. */
  async issue(reach: Reach, campaignId: string, request: LinkRequest): Promise<IssuedLinks> {
    if (!(await this.campaigns.findInReach(reach, campaignId))) throw campaignNotFound();
    // A commit of unknown outcome is repeated: what this request stored before is found again and not skipped as open.
    const tokens = new Map<string, string>();
    return this.transactions.run((manager) => this.issueIn(manager, campaignId, request, tokens));
  }

  private async issueIn(
    manager: EntityManager,
    campaignId: string,
    request: LinkRequest,
    tokens: Map<string, string>,
  ): Promise<IssuedLinks> {
    const now = this.clock.now();
    const campaign = await this.campaigns.findLocked(manager, campaignId);
    if (!campaign) throw campaignNotFound();
    const state = campaignState(campaign, now);
    if (state !== 'open') throw campaignOver(state);
    const items: IssuedLink[] = [];
    const skipped: IssuedLinks['skipped'][number][] = [];
    const fresh: NewLink[] = [];
    const add = (member: MemberView, token: string): void => {
      items.push({ member, url: `${member.publicOrigin}/connect/${token}`, expiresAt: campaign.expiresAt });
    };
    for (const member of await this.members.read(campaign, request.members, manager)) {
      const stored = tokens.get(member.inviteId ?? '');
      const verdict = linkVerdict(member, request.reissue);
      if (stored !== undefined) add(member, stored);
      else if (!verdict.issue) skipped.push({ member, because: verdict.because });
      else {
        const link = { member, merchantId: verdict.merchantId, inviteId: newId('inv'), token: newToken() };
        fresh.push(link);
        add(member, link.token);
      }
    }
    await this.links.insert(manager, campaign, fresh, { createdBy: request.createdBy, now });
    for (const { inviteId, token } of fresh) tokens.set(inviteId, token);
    return { items, skipped };
  }
}
