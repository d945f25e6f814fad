import { credentialEntities } from '@app/credentials';
import { fetchingEntities } from '@app/fetching';
import { connectionOptions, idempotencyEntities, sealingEntities } from '@app/platform';
import { reportEntities } from '@app/reports';
import { tenantEntities } from '@app/tenants';
import { webhookEntities } from '@app/webhooks';
import { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../test/support/test-database';

/** Every row class of every lib; a lib with new entities adds its list here. */
const entities = [
  ...sealingEntities,
  ...idempotencyEntities,
  ...tenantEntities,
  ...credentialEntities,
  ...fetchingEntities,
  ...reportEntities,
  ...webhookEntities,
];

/** What TypeORM would change to make the tables what the entities say. */
async function drift(url: string): Promise<string[]> {
  const plain = await new DataSource({ ...connectionOptions(url, 2), entities }).initialize();
  const [server] = await plain.query<{ version: string }[]>('SELECT VERSION() AS version');
  await plain.destroy();
  const isMariaDb = server!.version.includes('MariaDB');
  // Only as type `mariadb` does TypeORM know that MariaDB reports a missing default as the word NULL.
  const type = isMariaDb ? 'mariadb' : 'mysql';
  const dataSource = await new DataSource({ ...connectionOptions(url, 2), type, entities }).initialize();
  try {
    // Both words mean the same to InnoDB; each server reports its own for a rule that is left out.
    for (const foreignKey of dataSource.entityMetadatas.flatMap((metadata) => metadata.foreignKeys))
      foreignKey.onUpdate = isMariaDb ? 'RESTRICT' : 'NO ACTION';
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}

describe('entities and migrations', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.drop());

  it('agree on every table, column, index and foreign key', async () => {
    expect(await drift(database.url)).toEqual([]);
  });
});
