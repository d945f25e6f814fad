import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = ID;
const OWNER = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin';

/** due_at: whoever inserts the pair (platform, due_at) first has claimed that run. try_at: not to be taken before. */
const RUN = `CREATE TABLE IF NOT EXISTS reconcile_run (
    id ${ID} NOT NULL,
    platform_id ${ID} NOT NULL,
    cause ${WORD} NOT NULL,
    asked_by ${ID} NULL,
    due_at DATETIME(3) NOT NULL,
    dry_run TINYINT UNSIGNED NOT NULL DEFAULT 0,
    state ${WORD} NOT NULL,
    try_at DATETIME(3) NOT NULL,
    attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    counts VARCHAR(1000) NOT NULL,
    findings MEDIUMTEXT NULL,
    error VARCHAR(2000) NULL,
    created_at DATETIME(3) NOT NULL,
    started_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    lease_owner ${OWNER} NULL,
    lease_until DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_reconcile_run_due (platform_id, due_at),
    KEY IDX_reconcile_run_open (state, try_at),
    KEY IDX_reconcile_run_platform (platform_id, id),
    CONSTRAINT FK_reconcile_run_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

export class AddReconcileRuns1795503600000 implements MigrationInterface {
  name = 'AddReconcileRuns1795503600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUN);
    if (!(await runner.hasColumn('account', 'reread_at'))) {
      await runner.query(
        `ALTER TABLE account ADD COLUMN incomplete_because ${WORD} NULL, ADD COLUMN reread_at DATETIME(3) NULL,
         ADD KEY IDX_account_reread (state, reread_at)`,
      );
    }
    await runner.query('UPDATE account SET reread_at = info_read_at + INTERVAL 1 DAY');
    if (await runner.hasColumn('account_permission_history', 'invite_id')) return;
    await runner.query(
      `ALTER TABLE account_permission_history ADD COLUMN invite_id ${ID} NULL,
         ADD KEY IDX_permission_history_invite (invite_id),
         ADD CONSTRAINT FK_permission_history_invite FOREIGN KEY (invite_id) REFERENCES invite (id) ON DELETE SET NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account_permission_history DROP FOREIGN KEY FK_permission_history_invite');
    await runner.query(
      'ALTER TABLE account_permission_history DROP KEY IDX_permission_history_invite, DROP COLUMN invite_id',
    );
    await runner.query(
      'ALTER TABLE account DROP KEY IDX_account_reread, DROP COLUMN reread_at, DROP COLUMN incomplete_because',
    );
    await runner.query('DROP TABLE reconcile_run');
  }
}
