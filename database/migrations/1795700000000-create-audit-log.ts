import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(32) ${ASCII}`;

/** Who did what. No foreign keys: what was done stays told when whom it was done to is gone. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS audit_event (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    request_id ${ID} NOT NULL,
    chain ${ID} NOT NULL,
    merchant_id ${ID} NULL,
    at DATETIME(3) NOT NULL,
    actor_kind VARCHAR(16) ${ASCII} NULL,
    actor_id ${ID} NULL,
    actor_name VARCHAR(255) NULL,
    actor_merchant_id ${ID} NULL,
    action VARCHAR(40) ${ASCII} NULL,
    route VARCHAR(160) ${ASCII} NULL,
    target_id ${ID} NULL,
    target_ids VARCHAR(700) ${ASCII} NULL,
    address VARCHAR(45) ${ASCII} NULL,
    outcome VARCHAR(16) ${ASCII} NULL,
    code VARCHAR(64) ${ASCII} NULL,
    seq INT UNSIGNED NULL,
    content_hash BINARY(32) NULL,
    hash BINARY(32) NULL,
    purged_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_audit_event_seq (chain, seq),
    KEY IDX_audit_event_chain (chain, id),
    KEY IDX_audit_event_merchant (merchant_id, id),
    KEY IDX_audit_event_target (target_id, id),
    KEY IDX_audit_event_actor (actor_id, id),
    KEY IDX_audit_event_purge (purged_at, at)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS audit_chain (
    chain ${ID} NOT NULL,
    last_id BIGINT UNSIGNED NOT NULL,
    key_id VARCHAR(32) ${ASCII} NOT NULL,
    sealed VARBINARY(200) NOT NULL,
    PRIMARY KEY (chain)
  ) ${OPTIONS}`,
];

export class CreateAuditLog1795700000000 implements MigrationInterface {
  name = 'CreateAuditLog1795700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS audit_chain');
    await runner.query('DROP TABLE IF EXISTS audit_event');
  }
}
