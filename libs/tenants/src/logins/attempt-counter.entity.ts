import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { INSTANT_COLUMN } from '../id-column';

/** How much was tried of late: see `attempt-policy.ts`. */
@Entity('attempt_counter')
@Index('IDX_attempt_counter_forget', ['forgetAt'])
export class AttemptCounter {
  @PrimaryColumn('binary', { length: 32 })
  bucket: Buffer;

  @Column({ ...INSTANT_COLUMN, name: 'forget_at' })
  forgetAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'blocked_until' })
  blockedUntil: Date;
}
