import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

@Entity('ticket')
@Index('IDX_ticket_platform', ['platformId', 'receivedAt'])
export class Ticket {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_ticket_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** WeChat's time: the order of tickets, whatever the order they arrived in. */
  @Column({ ...INSTANT, name: 'create_time' })
  createTime: Date;

  @Column({ ...INSTANT, name: 'received_at' })
  receivedAt: Date;

  @Column({ ...WORD, name: 'key_id' })
  keyId: string;

  @Column({ type: 'varbinary', length: 4096 })
  sealed: Buffer;
}
