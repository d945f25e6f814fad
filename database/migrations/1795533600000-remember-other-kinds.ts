import { type MigrationInterface, type QueryRunner } from 'typeorm';

const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

/** Listed accounts that are not kept. */
const OTHER_KIND = `CREATE TABLE IF NOT EXISTS other_kind_account (
    platform_id ${WORD} NOT NULL,
    appid ${WORD} NOT NULL,
    kind ${WORD} NOT NULL,
    told_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, appid),
    CONSTRAINT FK_other_kind_account_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`;

export class RememberOtherKinds1795533600000 implements MigrationInterface {
  name = 'RememberOtherKinds1795533600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OTHER_KIND);
    const there = (await runner.query(
      "SHOW INDEX FROM reconcile_run WHERE Key_name = 'IDX_reconcile_run_ended'",
    )) as unknown[];
    if (there.length > 0) return;
    await runner.query('ALTER TABLE reconcile_run ADD KEY IDX_reconcile_run_ended (ended_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reconcile_run DROP KEY IDX_reconcile_run_ended');
    await runner.query('DROP TABLE IF EXISTS other_kind_account');
  }
}
