import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CountRejections1795496400000 implements MigrationInterface {
  name = 'CountRejections1795496400000';

  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('credential', 'rejections')) return;
    await runner.query(
      'ALTER TABLE credential ADD COLUMN rejections TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER suspect',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE credential DROP COLUMN rejections');
  }
}
