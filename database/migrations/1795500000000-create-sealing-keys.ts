import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const TABLES = [
  // check_value: a known text sealed under the key, so that other bytes under the same id are noticed.
  `CREATE TABLE IF NOT EXISTS sealing_key (
    id ${WORD} NOT NULL,
    check_value VARBINARY(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    retired_at DATETIME(3) NULL,
    PRIMARY KEY (id)
  ) ${OPTIONS}`,
  // One row per running process that seals or opens. key_ids: up to 32 ids, comma separated, the sealing one first.
  `CREATE TABLE IF NOT EXISTS sealing_process (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    program ${WORD} NOT NULL,
    host VARCHAR(255) NOT NULL,
    pid INT UNSIGNED NOT NULL,
    sealing_key_id ${WORD} NOT NULL,
    key_ids VARCHAR(1056) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    started_at DATETIME(3) NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id)
  ) ${OPTIONS}`,
];
/** Which key ids are in use is asked at every start, and a rotation reads the rows of one key in the order of their id. */
const KEYS = { credential: 'IDX_credential_key', push_event: 'IDX_push_event_key' };

export class CreateSealingKeys1795500000000 implements MigrationInterface {
  name = 'CreateSealingKeys1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
    for (const [table, key] of Object.entries(KEYS)) {
      const there = (await runner.query(`SHOW INDEX FROM ${table} WHERE Key_name = '${key}'`)) as unknown[];
      if (there.length === 0) await runner.query(`ALTER TABLE ${table} ADD KEY ${key} (key_id)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE push_event DROP KEY IDX_push_event_key');
    await runner.query('ALTER TABLE credential DROP KEY IDX_credential_key');
    await runner.query('DROP TABLE sealing_process, sealing_key');
  }
}
