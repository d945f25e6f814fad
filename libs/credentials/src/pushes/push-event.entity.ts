import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { HASH, ID, INSTANT, OWNER, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

@Entity('push_event')
@Index('UQ_push_event_body', ['platformId', 'bodyHash'], { unique: true })
@Index('IDX_push_event_open', ['doneAt', 'tryAt', 'id'])
@Index('IDX_push_event_key', ['keyId'])
@Index('IDX_push_event_subject', ['subjectAppid', 'doneAt'])
export class PushEvent {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_push_event_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** SHA-256 of the decrypted message: the envelope differs when WeChat repeats a push. */
  @Column({ ...HASH, name: 'body_hash' })
  bodyHash: Buffer;

  @Column({ type: 'varchar', length: 64, name: 'info_type' })
  infoType: string;

  /** The account it is about, in the order it was received; null: none, or received before this was noted. */
  @Column({ ...ID, name: 'subject_appid', nullable: true })
  subjectAppid: string | null;

  @Column({ ...INSTANT, name: 'create_time' })
  createTime: Date;

  @Column({ ...INSTANT, name: 'received_at' })
  receivedAt: Date;

  @Column({ ...INSTANT, name: 'done_at', nullable: true })
  doneAt: Date | null;

  /** Begun ones. */
  @Column({ type: 'smallint', unsigned: true, default: 0 })
  attempts: number;

  /** An open push is not to be tried before; null: at once. */
  @Column({ ...INSTANT, name: 'try_at', nullable: true })
  tryAt: Date | null;

  @Column({ ...OWNER, nullable: true })
  outcome: string | null;

  @Column({ ...WORD, name: 'key_id' })
  keyId: string;

  @Column({ type: 'mediumblob' })
  sealed: Buffer;
}
