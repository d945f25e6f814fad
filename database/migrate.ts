import { config, ensureSameUpstream, loadConfig, StoreConfig, UpstreamConfig, upstreamName } from '@app/platform';
import { type DataSource } from 'typeorm';
import { migrationDataSource } from './data-source';

const LOCK_SECONDS = 120;

/** Brings the schema up to date; several processes may start it at once, one works. Ends with 1 and a sentence on failure. */
async function migrate(): Promise<void> {
  loadConfig([StoreConfig, UpstreamConfig]);
  const dataSource = await migrationDataSource().initialize();
  try {
    const [lock] = await dataSource.query<{ taken: number | null }[]>(
      "SELECT GET_LOCK(CONCAT('wpg-migrate-', DATABASE()), ?) AS taken",
      [LOCK_SECONDS],
    );
    if (Number(lock?.taken) !== 1) throw new Error('another migration is still running');
    const done = await dataSource.runMigrations({ transaction: 'each' });
    await rememberUpstream(dataSource, config(UpstreamConfig).WECHAT_API_ORIGIN);
    process.stdout.write(done.length === 0 ? 'schema is up to date\n' : `${done.length} migrations done\n`);
  } finally {
    await dataSource.destroy();
  }
}

/** A database belongs to the WeChat it was first used with. */
async function rememberUpstream(dataSource: DataSource, origin: string): Promise<void> {
  await dataSource.query(
    'INSERT INTO installation (id, wechat_api_origin, created_at) VALUES (1, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE id = id',
    [upstreamName(origin)],
  );
  const [row] = await dataSource.query<{ name: string }[]>('SELECT wechat_api_origin AS name FROM installation');
  ensureSameUpstream(row?.name, origin);
}

migrate().catch((error: unknown) => {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
