import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

/** period: a Shanghai day 'YYYY-MM-DD' or month 'YYYY-MM', as WeChat's limits are counted. */
const COUNTER = `CREATE TABLE IF NOT EXISTS platform_counter (
    platform_id ${WORD} NOT NULL,
    name ${WORD} NOT NULL,
    period VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    count INT UNSIGNED NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, name, period),
    CONSTRAINT FK_platform_counter_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

export class CountPlatformCalls1795492800000 implements MigrationInterface {
  name = 'CountPlatformCalls1795492800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COUNTER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform_counter');
  }
}
