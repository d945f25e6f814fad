import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How often an invite's link was used of late: presses of its button, and authorization codes nobody had seen. */
const ALLOWANCE = `ALTER TABLE invite
  ADD COLUMN presses SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN presses_from DATETIME(3) NULL,
  ADD COLUMN codes SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN codes_from DATETIME(3) NULL`;

/** What pruning looks for. */
const INDEXES = [
  { table: 'invite_click', name: 'IDX_invite_click_expires', columns: 'expires_at' },
  { table: 'authorization_code', name: 'IDX_authorization_code_age', columns: 'account_id, created_at' },
];

export class LimitInviteUse1795530000000 implements MigrationInterface {
  name = 'LimitInviteUse1795530000000';

  /** An ALTER commits by itself: what a run that broke off left done is passed over. */
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('invite', 'codes_from'))) await runner.query(ALLOWANCE);
    for (const { table, name, columns } of INDEXES)
      if (!(await hasIndex(runner, table, name)))
        await runner.query(`ALTER TABLE ${table} ADD KEY ${name} (${columns})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, name } of INDEXES)
      if (await hasIndex(runner, table, name)) await runner.query(`ALTER TABLE ${table} DROP KEY ${name}`);
    if (await runner.hasColumn('invite', 'codes_from'))
      await runner.query(
        'ALTER TABLE invite DROP COLUMN presses, DROP COLUMN presses_from, DROP COLUMN codes, DROP COLUMN codes_from',
      );
  }
}

async function hasIndex(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = ? LIMIT 1`,
    [table, name],
  )) as unknown[];
  return rows.length > 0;
}
