import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ID_COLUMN, INSTANT_COLUMN } from '../id-column';
import { Merchant } from '../merchants/merchant.entity';
import { Provider } from '../providers/provider.entity';

/** What a program shows instead of a person's session. */
@Entity('api_key')
@Index('UQ_api_key_prefix', ['prefix'], { unique: true })
@Index('IDX_api_key_provider', ['providerId', 'id'])
@Index('IDX_api_key_merchant', ['merchantId', 'id'])
@ForeignKey(() => Provider, ['providerId'], ['id'], { name: 'FK_api_key_provider', onDelete: 'CASCADE' })
@ForeignKey(() => Merchant, ['merchantId'], ['id'], { name: 'FK_api_key_merchant', onDelete: 'CASCADE' })
export class ApiKey {
  @PrimaryColumn(ID_COLUMN)
  id: string;

  /** The part of the key that finds its row; people tell keys apart by it. */
  @Column({ ...ID_COLUMN, length: 16 })
  prefix: string;

  /** SHA-256 of the whole key: its secret part has 256 random bits. */
  @Column('binary', { name: 'secret_hash', length: 32 })
  secretHash: Buffer;

  @Column('varchar', { length: 120 })
  name: string;

  /** The provider it belongs to, or whose merchant it belongs to. */
  @Column({ ...ID_COLUMN, name: 'provider_id' })
  providerId: string;

  @Column({ ...ID_COLUMN, name: 'merchant_id', nullable: true })
  merchantId: string | null;

  /** 1: it reaches the accounts of `api_key_account` alone, of which there may be none any more. */
  @Column({ name: 'only_accounts', type: 'tinyint', unsigned: true, default: 0 })
  onlyAccounts: number;

  /** Actions, separated by spaces. */
  @Column({ ...ID_COLUMN, length: 500 })
  scopes: string;

  /** Who made it: a person of the provider is not named to its merchant. */
  @Column({ ...ID_COLUMN, name: 'created_by' })
  createdBy: string;

  @Column({ ...INSTANT_COLUMN, name: 'created_at' })
  createdAt: Date;

  @Column({ ...INSTANT_COLUMN, name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** To the minute. */
  @Column({ ...INSTANT_COLUMN, name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;

  @Column({ ...INSTANT_COLUMN, name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
