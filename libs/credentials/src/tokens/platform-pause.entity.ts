import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** A component call that WeChat's quota has parked for one platform. */
@Entity('platform_pause')
export class PlatformPause {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_platform_pause_platform', onDelete: 'CASCADE' })
  platformId: string;

  @PrimaryColumn({ ...WORD, name: 'call_name' })
  callName: string;

  @Column({ type: 'int' })
  errcode: number;

  @Column({ ...INSTANT, name: 'paused_until' })
  pausedUntil: Date;
}
