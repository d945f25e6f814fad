import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const LINKS = `CREATE TABLE IF NOT EXISTS password_link (
    id ${ID} NOT NULL,
    user_id ${ID} NOT NULL,
    purpose VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    token_hash BINARY(32) NOT NULL,
    created_by ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_password_link_token (token_hash),
    KEY IDX_password_link_user (user_id),
    KEY IDX_password_link_expiry (expires_at),
    CONSTRAINT FK_password_link_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

/** People are invited before they have a password, and set one with a link. */
export class CreatePasswordLinks1795661000000 implements MigrationInterface {
  name = 'CreatePasswordLinks1795661000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user MODIFY password_hash VARCHAR(255) NULL');
    await runner.query(LINKS);
  }

  /** Whoever never had a password was never here. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS password_link');
    await runner.query('DELETE FROM user WHERE password_hash IS NULL');
    await runner.query('ALTER TABLE user MODIFY password_hash VARCHAR(255) NOT NULL');
  }
}
