import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS \`fetch\` (
    id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    merchant_id ${ID} NULL,
    requested_by ${ID} NOT NULL,
    scope VARCHAR(4000) NOT NULL,
    from_date DATE NOT NULL,
    to_date DATE NOT NULL,
    refetch TINYINT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_fetch_provider (provider_id, id),
    KEY IDX_fetch_merchant (merchant_id, id),
    CONSTRAINT FK_fetch_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE RESTRICT,
    CONSTRAINT FK_fetch_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // turn_key: the merchant's id, or the account's public id when nobody owns it; the dispatcher gives turns by it.
  `CREATE TABLE IF NOT EXISTS fetch_task (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    fetch_id ${ID} NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    turn_key ${ID} NOT NULL,
    from_date DATE NOT NULL,
    to_date DATE NOT NULL,
    refetch TINYINT UNSIGNED NOT NULL DEFAULT 0,
    cursor_date DATE NULL,
    state ${WORD} NOT NULL,
    reason ${WORD} NULL,
    next_attempt_at DATETIME(3) NOT NULL,
    attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    last_errcode INT NULL,
    last_rid VARCHAR(64) NULL,
    queued_at DATETIME(3) NULL,
    lease_owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    lease_until DATETIME(3) NULL,
    version INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    KEY IDX_fetch_task_turn (state, turn_key, next_attempt_at, id),
    KEY IDX_fetch_task_fetch (fetch_id, state),
    KEY IDX_fetch_task_account (account_id, state),
    CONSTRAINT FK_fetch_task_fetch FOREIGN KEY (fetch_id) REFERENCES \`fetch\` (id) ON DELETE CASCADE,
    CONSTRAINT FK_fetch_task_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // A log pruned by age: no foreign keys, so that writing a line locks nothing else.
  `CREATE TABLE IF NOT EXISTS fetch_call (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    account_id INT UNSIGNED NOT NULL,
    task_id BIGINT UNSIGNED NOT NULL,
    window_from DATE NOT NULL,
    window_to DATE NOT NULL,
    called_at DATETIME(3) NOT NULL,
    ms INT UNSIGNED NOT NULL,
    outcome ${WORD} NOT NULL,
    errcode INT NULL,
    row_count TINYINT UNSIGNED NOT NULL,
    rid VARCHAR(64) NULL,
    PRIMARY KEY (id),
    KEY IDX_fetch_call_account (account_id, called_at)
  ) ${OPTIONS}`,
  // 440 million rows at full size: 4 + 3 + 4 + 1 + 7 + 2 bytes, one account one clustered range, no further index.
  `CREATE TABLE IF NOT EXISTS daily_cumulate (
    account_id INT UNSIGNED NOT NULL,
    ref_date DATE NOT NULL,
    cumulate_user INT UNSIGNED NULL,
    state TINYINT UNSIGNED NOT NULL,
    fetched_at DATETIME(3) NOT NULL,
    revision SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, ref_date),
    CONSTRAINT FK_daily_cumulate_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS cumulate_revision (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    account_id INT UNSIGNED NOT NULL,
    ref_date DATE NOT NULL,
    revision SMALLINT UNSIGNED NOT NULL,
    old_user INT UNSIGNED NULL,
    new_user INT UNSIGNED NULL,
    old_fetched_at DATETIME(3) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    reason ${WORD} NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_cumulate_revision (account_id, ref_date, revision),
    CONSTRAINT FK_cumulate_revision_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
];

export class CreateFetching1795428000000 implements MigrationInterface {
  name = 'CreateFetching1795428000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cumulate_revision, daily_cumulate, fetch_call, fetch_task, `fetch`');
  }
}
