import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from './account.entity';

/** An account that an API key of tenants is bound to; the keys' repository reads and writes it. */
@Entity('api_key_account')
@Index('IDX_api_key_account', ['accountId'])
@ForeignKey('ApiKey', ['apiKeyId'], ['id'], { name: 'FK_api_key_account_key', onDelete: 'CASCADE' })
@ForeignKey(() => Account, ['accountId'], ['id'], { name: 'FK_api_key_account_account', onDelete: 'CASCADE' })
export class ApiKeyAccount {
  @PrimaryColumn({ name: 'api_key_id', type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  apiKeyId: string;

  @PrimaryColumn({ name: 'account_id', type: 'int', unsigned: true })
  accountId: number;
}
