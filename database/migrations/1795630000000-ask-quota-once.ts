import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * asked_at: who moves it to a day may ask openapi/quota/get on that day, whatever comes of it; the numbers are NULL until
 * it answered. The index leads to counts that are old enough to go.
 */
export class AskQuotaOnce1795630000000 implements MigrationInterface {
  name = 'AskQuotaOnce1795630000000';

  async up(runner: QueryRunner): Promise<void> {
    // MySQL commits each ALTER by itself: one that was done before the process died is not done again.
    if (!(await runner.hasColumn('quota_hint', 'asked_at')))
      await runner.query(
        `ALTER TABLE quota_hint MODIFY daily_limit INT UNSIGNED NULL, MODIFY used INT UNSIGNED NULL,
           MODIFY read_at DATETIME(3) NULL, ADD COLUMN asked_at DATETIME(3) NOT NULL`,
      );
    if (!(await hasDayIndex(runner))) await runner.query('ALTER TABLE call_count ADD KEY IDX_call_count_day (day)');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasDayIndex(runner)) await runner.query('ALTER TABLE call_count DROP KEY IDX_call_count_day');
    if (!(await runner.hasColumn('quota_hint', 'asked_at'))) return;
    await runner.query('DELETE FROM quota_hint WHERE read_at IS NULL');
    await runner.query(
      `ALTER TABLE quota_hint DROP COLUMN asked_at, MODIFY daily_limit INT UNSIGNED NOT NULL,
         MODIFY used INT UNSIGNED NOT NULL, MODIFY read_at DATETIME(3) NOT NULL`,
    );
  }
}

async function hasDayIndex(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query("SHOW INDEX FROM call_count WHERE Key_name = 'IDX_call_count_day'")) as object[];
  return rows.length > 0;
}
