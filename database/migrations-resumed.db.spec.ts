import { connectionOptions } from '@app/platform';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../test/support/test-database';
import { migrations } from './migrations';

/** DDL commits by itself: a migration that is killed leaves what it did, and must be able to go on from there. */
describe('a migration that was killed half-way', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await new DataSource(connectionOptions(database.url, 2)).initialize();
  }, 60_000);
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** Ends the migration after so many changes; false when it made fewer. */
  async function killAfter(changes: number, migration: MigrationInterface): Promise<boolean> {
    const runner = dataSource.createQueryRunner();
    const query = runner.query.bind(runner) as (sql: string, params?: unknown[]) => Promise<unknown>;
    let made = 0;
    const counting = (sql: string, params?: unknown[]): Promise<unknown> => {
      if (!/^\s*(CREATE|ALTER|UPDATE)/.test(sql)) return query(sql, params);
      if (made === changes) throw new Error('killed');
      made++;
      return query(sql);
    };
    Object.assign(runner, { query: counting });
    try {
      await migration.up(runner);
      return false;
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
      return true;
    } finally {
      await runner.release();
    }
  }

  async function run(act: (runner: QueryRunner) => Promise<void>): Promise<void> {
    const runner = dataSource.createQueryRunner();
    try {
      await act(runner);
    } finally {
      await runner.release();
    }
  }

  it('is finished by the next start, and taken back whole', async () => {
    const made = migrations.map((Migration) => new Migration());
    for (const migration of made.toReversed()) await run((runner) => migration.down(runner));
    let kills = 0;
    for (const migration of made) {
      for (let changes = 1; await killAfter(changes, migration); changes++) {
        kills++;
        await run((runner) => migration.up(runner));
        await run((runner) => migration.down(runner));
      }
    }
    expect(kills).toBeGreaterThan(20);
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'reconcile_run'`,
    );
    expect(tables).toHaveLength(1);
  }, 120_000);
});
