import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const OWNER = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin';

/** The last examination of a platform; finished_at and the lease are the database's own (real) time. */
const RUN = `CREATE TABLE IF NOT EXISTS doctor_run (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    platform_id ${WORD} NOT NULL,
    report MEDIUMTEXT NULL,
    finished_at DATETIME(3) NULL,
    lease_owner ${OWNER} NULL,
    lease_until DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_doctor_run_platform (platform_id),
    CONSTRAINT FK_doctor_run_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

/** Pushes that were refused, one row per reason: how many since first_at. */
const REFUSAL = `CREATE TABLE IF NOT EXISTS push_refusal (
    platform_id ${WORD} NOT NULL,
    reason ${WORD} NOT NULL,
    count INT UNSIGNED NOT NULL,
    first_at DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, reason),
    CONSTRAINT FK_push_refusal_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

export class KeepDoctorRuns1795518000000 implements MigrationInterface {
  name = 'KeepDoctorRuns1795518000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUN);
    await runner.query(REFUSAL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE push_refusal');
    await runner.query('DROP TABLE doctor_run');
  }
}
