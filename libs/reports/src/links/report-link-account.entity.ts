import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { COUNT, ID } from './columns';

/** An account that a link was made for. */
@Entity('report_link_account')
@Index('IDX_report_link_account', ['accountId'])
@ForeignKey('ReportLink', ['reportLinkId'], ['id'], { name: 'FK_report_link_account_link', onDelete: 'CASCADE' })
@ForeignKey('Account', ['accountId'], ['id'], { name: 'FK_report_link_account_account', onDelete: 'CASCADE' })
export class ReportLinkAccount {
  @PrimaryColumn({ ...ID, name: 'report_link_id' })
  reportLinkId: string;

  @PrimaryColumn({ ...COUNT, name: 'account_id' })
  accountId: number;
}
