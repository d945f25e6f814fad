import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.entity';
import { ID, INSTANT, WORD } from '../columns';
import { Invite } from '../invites/invite.entity';
import { Campaign } from './campaign.entity';
import { type MemberReason } from './campaign-policy';

/**
 * An account that a campaign asks. Only what nothing else records is kept here: whether it authorized and granted is read
 * from the account's own rows, so that no way of learning it can be missed.
 */
@Entity('campaign_member')
@Index('IDX_campaign_member_account', ['accountId'])
@Index('IDX_campaign_member_invite', ['inviteId'])
export class CampaignMember {
  @PrimaryColumn({ ...ID, name: 'campaign_id' })
  @ForeignKey(() => Campaign, { name: 'FK_campaign_member_campaign', onDelete: 'CASCADE' })
  campaignId: string;

  @PrimaryColumn({ type: 'int', unsigned: true, name: 'account_id' })
  @ForeignKey(() => Account, { name: 'FK_campaign_member_account', onDelete: 'CASCADE' })
  accountId: number;

  @Column(WORD)
  because: MemberReason;

  /** The one live link; null before the first was issued. */
  @Column({ ...ID, name: 'invite_id', nullable: true })
  @ForeignKey(() => Invite, { name: 'FK_campaign_member_invite', onDelete: 'SET NULL' })
  inviteId: string | null;

  @Column({ ...INSTANT, name: 'sent_at', nullable: true })
  sentAt: Date | null;

  /** The first press of the button on the link's page. */
  @Column({ ...INSTANT, name: 'opened_at', nullable: true })
  openedAt: Date | null;
}
