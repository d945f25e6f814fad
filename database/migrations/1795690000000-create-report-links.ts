import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin';

/** Links to reports for people who do not log in, and the log of their downloads. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS report_link (
    id ${ID} NOT NULL,
    token_hash BINARY(32) NOT NULL,
    name VARCHAR(120) NOT NULL,
    provider_id ${ID} NOT NULL,
    merchant_id ${ID} NULL,
    only_accounts TINYINT UNSIGNED NOT NULL,
    from_date DATE NOT NULL,
    to_date DATE NOT NULL,
    format ${WORD} NOT NULL,
    lang ${WORD} NOT NULL,
    created_by ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    revoked_at DATETIME(3) NULL,
    max_downloads INT UNSIGNED NULL,
    downloads INT UNSIGNED NOT NULL DEFAULT 0,
    given_back INT UNSIGNED NOT NULL DEFAULT 0,
    last_download_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_report_link_token (token_hash),
    KEY IDX_report_link_provider (provider_id, id),
    KEY IDX_report_link_merchant (merchant_id, id),
    KEY IDX_report_link_expires (expires_at),
    CONSTRAINT FK_report_link_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE CASCADE,
    CONSTRAINT FK_report_link_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS report_link_account (
    report_link_id ${ID} NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (report_link_id, account_id),
    KEY IDX_report_link_account (account_id),
    CONSTRAINT FK_report_link_account_link FOREIGN KEY (report_link_id) REFERENCES report_link (id) ON DELETE CASCADE,
    CONSTRAINT FK_report_link_account_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS report_link_use (
    id ${ID} NOT NULL,
    report_link_id ${ID} NOT NULL,
    started_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NULL,
    outcome ${WORD} NOT NULL,
    bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
    address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_agent VARCHAR(200) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_report_link_use_link (report_link_id, id),
    KEY IDX_report_link_use_outcome (outcome, started_at),
    CONSTRAINT FK_report_link_use_link FOREIGN KEY (report_link_id) REFERENCES report_link (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

export class CreateReportLinks1795690000000 implements MigrationInterface {
  name = 'CreateReportLinks1795690000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['report_link_use', 'report_link_account', 'report_link'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
