import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS second_factor (
    user_id ${ID} NOT NULL,
    key_id ${ID} NOT NULL,
    sealed VARBINARY(1024) NOT NULL,
    last_step INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    confirmed_at DATETIME(3) NULL,
    PRIMARY KEY (user_id),
    KEY IDX_second_factor_key (key_id),
    CONSTRAINT FK_second_factor_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS recovery_code (
    user_id ${ID} NOT NULL,
    code_hash BINARY(32) NOT NULL,
    used_at DATETIME(3) NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT FK_recovery_code_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS pending_login (
    token_hash BINARY(32) NOT NULL,
    user_id ${ID} NOT NULL,
    tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY IDX_pending_login_user (user_id),
    KEY IDX_pending_login_expiry (expires_at),
    CONSTRAINT FK_pending_login_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

/** Codes of an app beside the password, codes for who lost the app, and logins that wait for one. */
export class CreateSecondFactors1795662000000 implements MigrationInterface {
  name = 'CreateSecondFactors1795662000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['pending_login', 'recovery_code', 'second_factor'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
