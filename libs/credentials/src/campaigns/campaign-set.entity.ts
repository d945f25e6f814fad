import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID } from '../columns';
import { Campaign } from './campaign.entity';

/** A permission set that a campaign asks for. */
@Entity('campaign_set')
export class CampaignSet {
  @PrimaryColumn({ ...ID, name: 'campaign_id' })
  @ForeignKey(() => Campaign, { name: 'FK_campaign_set_campaign', onDelete: 'CASCADE' })
  campaignId: string;

  @PrimaryColumn({ type: 'smallint', unsigned: true, name: 'set_id' })
  setId: number;
}
