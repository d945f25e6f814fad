import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const NAME = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS day_miss (
    account_id INT UNSIGNED NOT NULL,
    ref_date DATE NOT NULL,
    missed_at DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, ref_date),
    CONSTRAINT FK_day_miss_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS appid_pause (
    appid ${ID} NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    errcode INT NOT NULL,
    rid VARCHAR(64) NULL,
    noted_at DATETIME(3) NOT NULL,
    PRIMARY KEY (appid)
  ) ${OPTIONS}`,
  // subject: an appid, or a platform's id. day: of Shanghai.
  `CREATE TABLE IF NOT EXISTS call_count (
    subject ${ID} NOT NULL,
    day DATE NOT NULL,
    lane TINYINT UNSIGNED NOT NULL,
    calls INT UNSIGNED NOT NULL,
    PRIMARY KEY (subject, day, lane)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS quota_hint (
    appid ${ID} NOT NULL,
    daily_limit INT UNSIGNED NOT NULL,
    used INT UNSIGNED NOT NULL,
    read_at DATETIME(3) NOT NULL,
    PRIMARY KEY (appid)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS schedule (
    id ${ID} NOT NULL,
    platform_id ${ID} NOT NULL,
    kind ${ID} NOT NULL,
    minute_of_day SMALLINT UNSIGNED NOT NULL,
    enabled TINYINT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_schedule_platform_kind (platform_id, kind),
    CONSTRAINT FK_schedule_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS schedule_run (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    schedule_id ${ID} NOT NULL,
    due_at DATETIME(3) NOT NULL,
    fetch_id ${ID} NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_schedule_run_due (schedule_id, due_at),
    CONSTRAINT FK_schedule_run_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

interface Step {
  readonly table: string;
  /** A column the statement brings: where it is, the statement was done before. */
  readonly column: string;
  readonly up: string;
  readonly down: string;
}

const STEPS: readonly Step[] = [
  {
    table: 'fetch',
    column: 'expanded_at',
    up: `ALTER TABLE \`fetch\` ADD COLUMN kind ${ID} NOT NULL DEFAULT 'asked',
      ADD COLUMN lane TINYINT UNSIGNED NOT NULL DEFAULT 1, MODIFY scope MEDIUMTEXT NOT NULL, ADD COLUMN reach MEDIUMTEXT NULL,
      ADD COLUMN expanded_after INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN expanded_at DATETIME(3) NULL,
      ADD COLUMN cancelled_at DATETIME(3) NULL,
      ADD COLUMN origin VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ADD UNIQUE KEY UQ_fetch_origin (origin), ADD KEY IDX_fetch_expanded (expanded_at, id)`,
    down: `ALTER TABLE \`fetch\` DROP KEY IDX_fetch_expanded, DROP KEY UQ_fetch_origin, DROP COLUMN origin,
      DROP COLUMN cancelled_at, DROP COLUMN expanded_at, DROP COLUMN expanded_after, DROP COLUMN reach,
      MODIFY scope VARCHAR(4000) NOT NULL, DROP COLUMN lane, DROP COLUMN kind`,
  },
  {
    table: 'fetch_task',
    column: 'turn_id',
    up: `ALTER TABLE fetch_task ADD COLUMN lane TINYINT UNSIGNED NOT NULL DEFAULT 1, ADD COLUMN line TINYINT UNSIGNED NULL,
      ADD COLUMN in_flight ${ID} NULL, ADD COLUMN turn_id ${NAME} NULL,
      ADD COLUMN empty_windows TINYINT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN passes TINYINT UNSIGNED NOT NULL DEFAULT 0,
      ADD COLUMN calls INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN ignore_before TINYINT UNSIGNED NOT NULL DEFAULT 0,
      ADD UNIQUE KEY UQ_fetch_task_account (fetch_id, account_id), ADD UNIQUE KEY UQ_fetch_task_in_flight (in_flight),
      ADD KEY IDX_fetch_task_line (line, turn_key, next_attempt_at, id), ADD KEY IDX_fetch_task_due (line, next_attempt_at),
      ADD KEY IDX_fetch_task_queued (queued_at), ADD KEY IDX_fetch_task_lease (lease_until), DROP KEY IDX_fetch_task_turn`,
    down: `ALTER TABLE fetch_task ADD KEY IDX_fetch_task_turn (state, turn_key, next_attempt_at, id),
      DROP KEY IDX_fetch_task_lease, DROP KEY IDX_fetch_task_queued, DROP KEY IDX_fetch_task_due, DROP KEY IDX_fetch_task_line,
      DROP KEY UQ_fetch_task_in_flight, DROP KEY UQ_fetch_task_account, DROP COLUMN ignore_before, DROP COLUMN calls,
      DROP COLUMN passes, DROP COLUMN empty_windows, DROP COLUMN turn_id, DROP COLUMN in_flight, DROP COLUMN line, DROP COLUMN lane`,
  },
  {
    table: 'account',
    column: 'probe_at',
    up: 'ALTER TABLE account ADD COLUMN probe_at DATETIME(3) NULL, ADD KEY IDX_account_probe (probe_at)',
    down: 'ALTER TABLE account DROP KEY IDX_account_probe, DROP COLUMN probe_at',
  },
  {
    table: 'push_event',
    column: 'subject_appid',
    up: `ALTER TABLE push_event ADD COLUMN subject_appid ${ID} NULL,
      ADD KEY IDX_push_event_subject (subject_appid, done_at)`,
    down: 'ALTER TABLE push_event DROP KEY IDX_push_event_subject, DROP COLUMN subject_appid',
  },
];

/** What a pipeline needs that pages, waits and pauses: see docs/decisions/0013. */
export class WidenFetching1795600000000 implements MigrationInterface {
  name = 'WidenFetching1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    // MySQL commits each statement by itself: what was done before the process died is not done again.
    for (const { table, column, up } of STEPS) if (!(await runner.hasColumn(table, column))) await runner.query(up);
    for (const table of TABLES) await runner.query(table);
    await runner.query('UPDATE `fetch` SET expanded_at = created_at WHERE expanded_at IS NULL');
    await runner.query(
      `UPDATE fetch_task SET state = IF(state IN ('queued', 'running'), 'planned', state), line = 0, queued_at = NULL,
         lease_owner = NULL, lease_until = NULL, version = version + 1
       WHERE line IS NULL AND state NOT IN ('done', 'failed', 'cancelled')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS schedule_run, schedule, quota_hint, call_count, appid_pause, day_miss');
    await runner.query(
      "UPDATE fetch_task SET state = 'planned', lease_owner = NULL WHERE state IN ('queued', 'running')",
    );
    for (const { table, column, down } of STEPS.toReversed())
      if (await runner.hasColumn(table, column)) await runner.query(down);
  }
}
