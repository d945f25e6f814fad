import { type MigrationInterface, type QueryRunner } from 'typeorm';

const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const LINE = 'VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin';

const STEPS = [
  {
    table: 'fetch',
    column: 'tally',
    // act: what is done to its tasks page by page, act_after: the account it came to. tally: counts of a fetch that is over.
    up: `ALTER TABLE \`fetch\` ADD COLUMN starts_at DATETIME(3) NULL, ADD COLUMN spread_ms INT UNSIGNED NOT NULL DEFAULT 0,
      ADD COLUMN ignore_before TINYINT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN act ${WORD} NULL,
      ADD COLUMN act_after INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN over_at DATETIME(3) NULL, ADD COLUMN tally ${LINE} NULL,
      ADD KEY IDX_fetch_act (act, id), ADD KEY IDX_fetch_over (over_at, id)`,
    down: `ALTER TABLE \`fetch\` DROP KEY IDX_fetch_over, DROP KEY IDX_fetch_act, DROP COLUMN tally, DROP COLUMN over_at,
      DROP COLUMN act_after, DROP COLUMN act, DROP COLUMN ignore_before, DROP COLUMN spread_ms, DROP COLUMN starts_at`,
  },
];

/** Fetches that are expanded, cancelled and retried page by page: see docs/decisions/0015. */
export class PageFetches1795620000000 implements MigrationInterface {
  name = 'PageFetches1795620000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, column, up } of STEPS) if (!(await runner.hasColumn(table, column))) await runner.query(up);
    if (!(await this.isPaged(runner)))
      await runner.query('ALTER TABLE account ADD KEY IDX_account_platform (platform_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await this.isPaged(runner)) await runner.query('ALTER TABLE account DROP KEY IDX_account_platform');
    for (const { table, column, down } of STEPS) if (await runner.hasColumn(table, column)) await runner.query(down);
  }

  /** Accounts of a platform can be read in the order of their ids. */
  private async isPaged(runner: QueryRunner): Promise<boolean> {
    const rows = (await runner.query("SHOW INDEX FROM account WHERE Key_name = 'IDX_account_platform'")) as object[];
    return rows.length > 0;
  }
}
