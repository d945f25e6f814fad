import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS installation (
    id TINYINT UNSIGNED NOT NULL,
    wechat_api_origin VARCHAR(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS provider (
    id ${ID} NOT NULL,
    name VARCHAR(120) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS merchant (
    id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    name VARCHAR(120) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_merchant_provider (provider_id, id),
    CONSTRAINT FK_merchant_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS user (
    id ${ID} NOT NULL,
    email VARCHAR(254) NOT NULL,
    name VARCHAR(120) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    disabled_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_user_email (email)
  ) ${OPTIONS}`,
  // scope_id repeats provider_id or merchant_id ('' for a host): NULLs would defeat the unique key.
  `CREATE TABLE IF NOT EXISTS membership (
    id ${ID} NOT NULL,
    user_id ${ID} NOT NULL,
    role VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scope_id ${ID} NOT NULL,
    provider_id ${ID} NULL,
    merchant_id ${ID} NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_membership (user_id, role, scope_id),
    KEY IDX_membership_provider (provider_id),
    KEY IDX_membership_merchant (merchant_id),
    CONSTRAINT FK_membership_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT FK_membership_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE CASCADE,
    CONSTRAINT FK_membership_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS session (
    id_hash BINARY(32) NOT NULL,
    user_id ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id_hash),
    KEY IDX_session_user (user_id),
    KEY IDX_session_expiry (expires_at),
    CONSTRAINT FK_session_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

export class CreateTenants1795420800000 implements MigrationInterface {
  name = 'CreateTenants1795420800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE session, membership, user, merchant, provider, installation');
  }
}
