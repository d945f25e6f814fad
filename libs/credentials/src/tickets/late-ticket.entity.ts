import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** It was told that no ticket came after this one for too long. */
@Entity('late_ticket')
export class LateTicket {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_late_ticket_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** When the last one came. */
  @PrimaryColumn({ ...INSTANT, name: 'received_at' })
  receivedAt: Date;
}
