import { type MigrationInterface, type QueryRunner } from 'typeorm';

const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

export class CreateIdempotencyKeys1795670000000 implements MigrationInterface {
  name = 'CreateIdempotencyKeys1795670000000';

  /** id: SHA-256 of caller, route and key. worked_at is written in the transactions of the work itself. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS idempotency_key (
        id CHAR(64) ${ASCII} NOT NULL,
        caller_id ${WORD} NOT NULL,
        route VARCHAR(200) ${ASCII} NOT NULL,
        key_id ${WORD} NOT NULL,
        sealed MEDIUMBLOB NOT NULL,
        lease_owner CHAR(36) ${ASCII} NOT NULL,
        lease_until DATETIME(3) NOT NULL,
        worked_at DATETIME(3) NULL,
        answered_at DATETIME(3) NULL,
        expires_at DATETIME(3) NOT NULL,
        PRIMARY KEY (id),
        KEY IDX_idempotency_key_expiry (expires_at),
        KEY IDX_idempotency_key_key (key_id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS idempotency_key');
  }
}
