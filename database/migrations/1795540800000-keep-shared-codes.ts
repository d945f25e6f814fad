import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** A pre-auth code that WeChat gave to the pages of two invites is kept for both: it says nothing about whose the account is. */
export class KeepSharedCodes1795540800000 implements MigrationInterface {
  name = 'KeepSharedCodes1795540800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE invite_click DROP KEY UQ_invite_click_code,
         ADD UNIQUE KEY UQ_invite_click_code (pre_auth_code_hash, invite_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DELETE later FROM invite_click later JOIN invite_click earlier
         ON earlier.pre_auth_code_hash = later.pre_auth_code_hash AND earlier.id < later.id`,
    );
    await runner.query(
      `ALTER TABLE invite_click DROP KEY UQ_invite_click_code, ADD UNIQUE KEY UQ_invite_click_code (pre_auth_code_hash)`,
    );
  }
}
