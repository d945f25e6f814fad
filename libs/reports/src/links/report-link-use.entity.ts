import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from './columns';

/** `running` also is what a process left that died meanwhile, until a worker ends it. */
export type UseOutcome = 'running' | 'whole' | 'broken_off';

/** One download through a link. */
@Entity('report_link_use')
@Index('IDX_report_link_use_link', ['reportLinkId', 'id'])
@Index('IDX_report_link_use_outcome', ['outcome', 'startedAt'])
@ForeignKey('ReportLink', ['reportLinkId'], ['id'], { name: 'FK_report_link_use_link', onDelete: 'CASCADE' })
export class ReportLinkUse {
  @PrimaryColumn(ID)
  id: string;

  @Column({ ...ID, name: 'report_link_id' })
  reportLinkId: string;

  @Column({ ...INSTANT, name: 'started_at' })
  startedAt: Date;

  @Column({ ...INSTANT, name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column(WORD)
  outcome: UseOutcome;

  /** Of the file, before any encoding of HTTP. */
  @Column({ type: 'bigint', unsigned: true, default: 0 })
  bytes: number;

  @Column({ ...ID, length: 64 })
  address: string;

  @Column({ name: 'user_agent', type: 'varchar', length: 200 })
  userAgent: string;
}
