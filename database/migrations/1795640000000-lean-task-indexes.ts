import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A task is moved four times on its way, and each move was written to four indexes. What is queued or leased is in flight, some
 * hundreds of rows that the unique index on in_flight leads to; an account has few tasks, so their state need not be in its key.
 */
export class LeanTaskIndexes1795640000000 implements MigrationInterface {
  name = 'LeanTaskIndexes1795640000000';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasQueuedKey(runner))) return;
    // One statement: MySQL does all of it or nothing. The foreign key always has its index.
    await runner.query(
      `ALTER TABLE fetch_task DROP KEY IDX_fetch_task_queued, DROP KEY IDX_fetch_task_lease, DROP KEY IDX_fetch_task_account,
         ADD KEY IDX_fetch_task_account (account_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasQueuedKey(runner)) return;
    await runner.query(
      `ALTER TABLE fetch_task ADD KEY IDX_fetch_task_queued (queued_at), ADD KEY IDX_fetch_task_lease (lease_until),
         DROP KEY IDX_fetch_task_account, ADD KEY IDX_fetch_task_account (account_id, state)`,
    );
  }
}

async function hasQueuedKey(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query("SHOW INDEX FROM fetch_task WHERE Key_name = 'IDX_fetch_task_queued'")) as object[];
  return rows.length > 0;
}
