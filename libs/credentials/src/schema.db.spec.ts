import { tenantEntities } from '@app/tenants';
import { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { credentialEntities } from './entities';

describe('entities', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.drop());

  it('are the tables the migrations make', async () => {
    const { dataSource } = database;
    const [server] = await dataSource.query<{ version: string }[]>('SELECT VERSION() AS version');
    // TypeORM reads MariaDB's schema right only when it is told that it is MariaDB.
    const type = /mariadb/i.test(server!.version) ? 'mariadb' : 'mysql';
    const entities = [...tenantEntities, ...credentialEntities];
    const reader = await new DataSource({
      ...dataSource.options,
      type,
      entities,
      migrations: [],
    } as never).initialize();
    const { upQueries } = await reader.driver.createSchemaBuilder().log();
    await reader.destroy();
    const rules = await dataSource.query<{ name: string; rule: string }[]>(
      `SELECT CONSTRAINT_NAME AS name, DELETE_RULE AS \`rule\` FROM information_schema.REFERENTIAL_CONSTRAINTS
       WHERE CONSTRAINT_SCHEMA = DATABASE()`,
    );
    const stored = new Set(rules.map(({ name, rule }) => `${name} ${rule}`));
    // MariaDB reports ON UPDATE RESTRICT where nothing was said, so TypeORM makes every key anew: compare what was said.
    const isSame = (query: string) => {
      const key = /CONSTRAINT `(\w+)` FOREIGN KEY .* ON DELETE (.+) ON UPDATE NO ACTION$/.exec(query);
      return key !== null && stored.delete(`${key[1]!} ${key[2]!}`);
    };
    const changes = upQueries.map(({ query }) => query).filter((query) => !isSame(query));
    expect(changes.filter((query) => !query.includes('DROP FOREIGN KEY'))).toEqual([]);
  });
});
