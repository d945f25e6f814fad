import { type DataSourceOptions } from 'typeorm';

/** How the driver talks: UTC, DATE as 'YYYY-MM-DD' text while DATETIME stays a Date. */
export const DRIVER = {
  charset: 'utf8mb4',
  timezone: 'Z',
  dateStrings: ['DATE'] as 'DATE'[],
  supportBigNumbers: true,
  bigNumberStrings: false,
  connectTimeout: 5_000,
} satisfies Partial<DataSourceOptions & { type: 'mysql' }>;

/**
 * How every process talks to MySQL or MariaDB.
 * @param url mysql://user:password@host:port/schema
 */
export function connectionOptions(url: string, connections: number): DataSourceOptions & { type: 'mysql' } {
  return {
    type: 'mysql',
    url,
    ...DRIVER,
    synchronize: false,
    migrationsRun: false,
    migrationsTableName: 'migration',
    poolSize: connections,
    extra: { connectionLimit: connections, maxIdle: connections, enableKeepAlive: true },
  };
}
