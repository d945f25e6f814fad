import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** try_at: not to be tried before; NULL, as in rows of before, is at once. The index leads to what is open and due. */
export class PacePushRetries1795537200000 implements MigrationInterface {
  name = 'PacePushRetries1795537200000';

  async up(runner: QueryRunner): Promise<void> {
    // MySQL commits each ALTER by itself: one that was done before the process died is not done again.
    if (!(await runner.hasColumn('push_event', 'try_at')))
      await runner.query(
        `ALTER TABLE push_event ADD COLUMN attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
           ADD COLUMN try_at DATETIME(3) NULL, DROP KEY IDX_push_event_open,
           ADD KEY IDX_push_event_open (done_at, try_at, id)`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('push_event', 'try_at'))
      await runner.query(
        `ALTER TABLE push_event DROP KEY IDX_push_event_open, ADD KEY IDX_push_event_open (done_at, id),
           DROP COLUMN try_at, DROP COLUMN attempts`,
      );
  }
}
