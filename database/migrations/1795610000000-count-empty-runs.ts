import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where a run of empty windows began, and the days a task left unknown because no answer to them could be used. */
export class CountEmptyRuns1795610000000 implements MigrationInterface {
  name = 'CountEmptyRuns1795610000000';

  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('fetch_task', 'empty_to')) return;
    await runner.query(
      `ALTER TABLE fetch_task ADD COLUMN empty_to DATE NULL, ADD COLUMN unclear_days SMALLINT UNSIGNED NOT NULL DEFAULT 0`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('fetch_task', 'empty_to'))) return;
    await runner.query('ALTER TABLE fetch_task DROP COLUMN unclear_days, DROP COLUMN empty_to');
  }
}
