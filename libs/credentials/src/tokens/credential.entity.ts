import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ID, INSTANT, OWNER, WORD } from '../columns';
import { Platform } from '../platforms/platform.entity';

export type CredentialKind = 'component_token' | 'account_token' | 'refresh_token';

@Entity('credential')
@Index('UQ_credential', ['platformId', 'subjectAppid', 'kind'], { unique: true })
@Index('IDX_credential_key', ['keyId'])
export class Credential {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: number;

  @Column({ ...ID, name: 'platform_id' })
  @ForeignKey(() => Platform, { name: 'FK_credential_platform', onDelete: 'CASCADE' })
  platformId: string;

  /** The account's appid, or the platform's own for the component token. */
  @Column({ ...WORD, name: 'subject_appid' })
  subjectAppid: string;

  @Column(WORD)
  kind: CredentialKind;

  @Column({ ...WORD, name: 'key_id', nullable: true })
  keyId: string | null;

  @Column({ type: 'varbinary', length: 2048, nullable: true })
  sealed: Buffer | null;

  @Column({ ...INSTANT, name: 'issued_at', nullable: true })
  issuedAt: Date | null;

  @Column({ ...INSTANT, name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** Grows with every write of the token: a writer that read an older one is fenced off. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  version: number;

  /** 0 good; 1 WeChat rejected this version; from 2 on, a fenced-off writer may have made WeChat keep another token. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  suspect: number;

  /** How many tokens in a row WeChat rejected before their time: each waits longer for its successor. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  rejections: number;

  /** After a failure: no call to WeChat before this. */
  @Column({ ...INSTANT, name: 'retry_at', nullable: true })
  retryAt: Date | null;

  @Column({ ...OWNER, name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  @Column({ ...INSTANT, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}
