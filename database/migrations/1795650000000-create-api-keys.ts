import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

/** Keys for machines. A revoked one stays, so that what it did can be told; with its tenant it goes. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS api_key (
    id ${ID} NOT NULL,
    prefix VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    secret_hash BINARY(32) NOT NULL,
    name VARCHAR(120) NOT NULL,
    provider_id ${ID} NOT NULL,
    merchant_id ${ID} NULL,
    only_accounts TINYINT UNSIGNED NOT NULL DEFAULT 0,
    scopes VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_by ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NULL,
    last_used_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_api_key_prefix (prefix),
    KEY IDX_api_key_provider (provider_id, id),
    KEY IDX_api_key_merchant (merchant_id, id),
    CONSTRAINT FK_api_key_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE CASCADE,
    CONSTRAINT FK_api_key_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS api_key_account (
    api_key_id ${ID} NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (api_key_id, account_id),
    KEY IDX_api_key_account (account_id),
    CONSTRAINT FK_api_key_account_key FOREIGN KEY (api_key_id) REFERENCES api_key (id) ON DELETE CASCADE,
    CONSTRAINT FK_api_key_account_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

export class CreateApiKeys1795650000000 implements MigrationInterface {
  name = 'CreateApiKeys1795650000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS api_key_account');
    await runner.query('DROP TABLE IF EXISTS api_key');
  }
}
