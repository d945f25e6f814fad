import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { numberAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { type EntityManager } from 'typeorm';
import { inviteState, type InviteState } from '../invites/invite-policy';
import { memberNotFound, campaignNotFound, campaignOver } from './campaign.errors';
import { CampaignMemberRepository, type MemberRow } from './campaign-member.repository';
import { CampaignRepository, type CampaignRow } from './campaign.repository';
import { memberProgress, MEMBER_STATES, type MemberProgress, type MemberState } from './member-policy';

/** A member as staff see it: how far it came and how its link stands; never the link. */
export interface MemberView extends MemberRow {
  readonly progress: MemberProgress;
  readonly linkState: InviteState | null;
}

const CHUNK = 500;

/** Reads members with how far they came, which is decided from rows each time. */
@Injectable()
export class CampaignMembers {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly members: CampaignMemberRepository,
    private readonly clock: Clock,
  ) {}

  /** In the order of accounts. Throws `campaign_not_found`, `cursor_invalid`. */
  async page(
    reach: Reach,
    campaignId: string,
    state: MemberState | undefined,
    request: PageRequest,
  ): Promise<Page<MemberView>> {
    const campaign = await this.getCampaign(reach, campaignId);
    const found: MemberView[] = [];
    for await (const some of this.chunks(campaign, numberAfter(request))) {
      found.push(...some.filter(({ progress }) => state === undefined || progress.state === state));
      if (found.length > request.limit) break;
    }
    return pageOf(found, request.limit, ({ accountId }) => String(accountId));
  }

  async countStates(campaign: CampaignRow): Promise<Record<MemberState, number>> {
    const counts = Object.fromEntries(MEMBER_STATES.map((state) => [state, 0])) as Record<MemberState, number>;
    for await (const some of this.chunks(campaign, 0)) for (const { progress } of some) counts[progress.state]++;
    return counts;
  }

  /** All of them, or those named. Throws `member_not_found` when one is none of the campaign's. */
  async read(
    campaign: CampaignRow,
    publicIds: readonly string[] | undefined,
    manager?: EntityManager,
  ): Promise<MemberView[]> {
    if (publicIds !== undefined) {
      const ids = [...new Set(publicIds)];
      const rows = await this.members.listNamed(campaign.id, ids, manager);
      if (rows.length !== ids.length) throw memberNotFound();
      return this.views(campaign, rows, manager);
    }
    const all: MemberView[] = [];
    for await (const some of this.chunks(campaign, 0, manager)) all.push(...some);
    return all;
  }

  /** Staff gave the links out; all who hold one when nobody is named. How many count. Throws `campaign_not_found`, `campaign_closed`, `member_not_found`. */
  async markSent(reach: Reach, campaignId: string, publicIds: readonly string[] | undefined): Promise<number> {
    const campaign = await this.getCampaign(reach, campaignId);
    if (campaign.closedAt !== null) throw campaignOver('closed');
    const members = await this.read(campaign, publicIds);
    const meant = publicIds === undefined ? members.filter(({ inviteId }) => inviteId !== null) : members;
    await this.members.markSent(
      campaign.id,
      meant.map(({ accountId }) => accountId),
      this.clock.now(),
    );
    return meant.length;
  }

  private async getCampaign(reach: Reach, id: string): Promise<CampaignRow> {
    const campaign = await this.campaigns.findInReach(reach, id);
    if (!campaign) throw campaignNotFound();
    return campaign;
  }

  private async *chunks(campaign: CampaignRow, after: number, manager?: EntityManager): AsyncGenerator<MemberView[]> {
    for (let last = after; ;) {
      const rows = await this.members.list(campaign.id, last, CHUNK, manager);
      const end = rows.at(-1);
      if (!end) return;
      yield await this.views(campaign, rows, manager);
      last = end.accountId;
    }
  }

  private async views(
    campaign: CampaignRow,
    rows: readonly MemberRow[],
    manager: EntityManager | undefined,
  ): Promise<MemberView[]> {
    const ids = rows.map(({ accountId }) => accountId);
    const { held, changes, firstCodes } = await this.members.history(ids, campaign.createdAt, manager);
    const now = this.clock.now();
    return rows.map((row) => {
      const progress = memberProgress({
        ...row,
        addedAt: campaign.createdAt,
        wanted: campaign.sets,
        held: held.get(row.accountId) ?? [],
        changes: changes.get(row.accountId) ?? [],
        firstCodeAt: firstCodes.get(row.accountId) ?? null,
      });
      return { ...row, progress, linkState: linkState(campaign, row, progress, now) };
    });
  }
}

function linkState(campaign: CampaignRow, row: MemberRow, { state }: MemberProgress, now: Date): InviteState | null {
  const { linkUsedAt: usedAt, linkExpiresAt: expiresAt } = row;
  if (expiresAt === null) return null;
  const binding = { campaignClosedAt: campaign.closedAt, isCurrent: true, isFulfilled: state === 'granted' };
  return inviteState({ usedAt, expiresAt, binding }, now);
}
