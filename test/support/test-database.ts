import { randomBytes } from 'node:crypto';
import { BatchedTransactions, connectionOptions } from '@app/platform';
import { DataSource, type MixedList } from 'typeorm';
import { migrations } from '../../database/migrations';

/** A schema of its own with all migrations, on the server DATABASE_URL names. */
export interface TestDatabase {
  readonly dataSource: DataSource;
  readonly batched: BatchedTransactions;
  readonly url: string;
  drop(): Promise<void>;
}

/** Call `drop` after the last test: it closes the connections and removes the schema. */
export async function openTestDatabase(entities: MixedList<new () => object> = []): Promise<TestDatabase> {
  const given = process.env['DATABASE_URL'];
  if (!given) throw new Error('DATABASE_URL must name a MySQL or MariaDB server for tests');
  const schema = `wpg_test_${randomBytes(6).toString('hex')}`;
  await onServer(given, `CREATE DATABASE ${schema} CHARACTER SET utf8mb4`);
  const url = withSchema(given, schema);
  const dataSource = new DataSource({ ...connectionOptions(url, 4), migrations, entities });
  const batched = new BatchedTransactions(dataSource);
  const drop = async (): Promise<void> => {
    await batched.onApplicationShutdown();
    if (dataSource.isInitialized) await dataSource.destroy();
    await onServer(given, `DROP DATABASE ${schema}`);
  };
  try {
    await dataSource.initialize();
    await dataSource.runMigrations({ transaction: 'each' });
    return { dataSource, batched, url, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const server = await new DataSource(connectionOptions(withSchema(url, ''), 1)).initialize();
  try {
    await server.query(statement);
  } finally {
    await server.destroy();
  }
}

function withSchema(url: string, schema: string): string {
  const changed = new URL(url);
  changed.pathname = `/${schema}`;
  return changed.href;
}
