import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, INSTANT, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

/** Pushes to a platform's event URL that did not open: a figure per reason, nothing of the pushes themselves. */
@Entity('push_refusal')
export class PushRefusal {
  @PrimaryColumn({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_push_refusal_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** Such as `signature_mismatch`. */
  @PrimaryColumn(WORD)
  reason: string;

  /** Since `firstAt`. */
  @Column({ type: 'int', unsigned: true })
  count: number;

  /** Moves on after a day without any. */
  @Column({ ...INSTANT, name: 'first_at' })
  firstAt: Date;

  @Column({ ...INSTANT, name: 'last_at' })
  lastAt: Date;
}
