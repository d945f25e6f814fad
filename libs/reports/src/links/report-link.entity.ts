import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { type ReportLanguage } from '../cumulate-csv';
import { COUNT, ID, INSTANT, WORD } from './columns';

/** A report that whoever holds the link may download without an account here. */
@Entity('report_link')
@Index('UQ_report_link_token', ['tokenHash'], { unique: true })
@Index('IDX_report_link_provider', ['providerId', 'id'])
@Index('IDX_report_link_merchant', ['merchantId', 'id'])
@Index('IDX_report_link_expires', ['expiresAt'])
@ForeignKey('Provider', ['providerId'], ['id'], { name: 'FK_report_link_provider', onDelete: 'CASCADE' })
@ForeignKey('Merchant', ['merchantId'], ['id'], { name: 'FK_report_link_merchant', onDelete: 'CASCADE' })
export class ReportLink {
  @PrimaryColumn(ID)
  id: string;

  /** SHA-256; the token itself is in the link only. */
  @Column({ name: 'token_hash', type: 'binary', length: 32 })
  tokenHash: Buffer;

  @Column('varchar', { length: 120 })
  name: string;

  @Column({ ...ID, name: 'provider_id' })
  providerId: string;

  /** The merchant it belongs to; null: the provider's own. */
  @Column({ ...ID, name: 'merchant_id', nullable: true })
  merchantId: string | null;

  /** 1: it shows the accounts of `report_link_account` alone, of which none may be left; 0: all of its merchant's. */
  @Column({ name: 'only_accounts', type: 'tinyint', unsigned: true })
  onlyAccounts: number;

  @Column({ name: 'from_date', type: 'date' })
  fromDate: string;

  @Column({ name: 'to_date', type: 'date' })
  toDate: string;

  @Column(WORD)
  format: 'csv';

  @Column(WORD)
  lang: ReportLanguage;

  /** Who made it: a person of the provider is not named to its merchant. */
  @Column({ ...ID, name: 'created_by' })
  createdBy: string;

  @Column({ ...INSTANT, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT, name: 'expires_at' })
  expiresAt: Date;

  @Column({ ...INSTANT, name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column({ ...COUNT, name: 'max_downloads', nullable: true })
  maxDownloads: number | null;

  /** Begun and not given back. */
  @Column({ ...COUNT, default: 0 })
  downloads: number;

  /** Broken off, and so not counted. */
  @Column({ ...COUNT, name: 'given_back', default: 0 })
  givenBack: number;

  @Column({ ...INSTANT, name: 'last_download_at', nullable: true })
  lastDownloadAt: Date | null;
}
