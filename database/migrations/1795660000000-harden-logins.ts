import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

const session = (more: string): string => `CREATE TABLE IF NOT EXISTS session (
    id_hash BINARY(32) NOT NULL,
    user_id ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    ${more}
    PRIMARY KEY (id_hash),
    KEY IDX_session_user (user_id),
    KEY IDX_session_expiry (expires_at),
    CONSTRAINT FK_session_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`;

/** What a person sees of a session: a public id, from where, last use. */
const SHOWN = `id ${ID} NOT NULL,
    last_used_at DATETIME(3) NOT NULL,
    address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    agent VARCHAR(200) NOT NULL,
    UNIQUE KEY UQ_session_id (id),`;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS attempt_counter (
    bucket BINARY(32) NOT NULL,
    forget_at DATETIME(3) NOT NULL,
    blocked_until DATETIME(3) NOT NULL,
    PRIMARY KEY (bucket),
    KEY IDX_attempt_counter_forget (forget_at)
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS known_device (
    token_hash BINARY(32) NOT NULL,
    user_id ${ID} NOT NULL,
    network_hash BINARY(32) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY IDX_known_device_user (user_id, expires_at),
    KEY IDX_known_device_expiry (expires_at),
    CONSTRAINT FK_known_device_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

/** Sessions people can look at, counted attempts, devices of earlier logins. Open sessions end: everybody logs in once more. */
export class HardenLogins1795660000000 implements MigrationInterface {
  name = 'HardenLogins1795660000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS session');
    for (const table of [session(SHOWN), ...TABLES]) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS known_device');
    await runner.query('DROP TABLE IF EXISTS attempt_counter');
    await runner.query('DROP TABLE IF EXISTS session');
    await runner.query(session(''));
  }
}
