import { type DataSourceOptions } from 'typeorm';

/**
 * How every process talks to MySQL or MariaDB: UTC, dates as text, READ COMMITTED.
 * @param url mysql://user:password@host:port/schema
 */
export function connectionOptions(url: string, connections: number): DataSourceOptions & { type: 'mysql' } {
  return {
    type: 'mysql',
    url,
    charset: 'utf8mb4',
    timezone: 'Z',
    // DATE as 'YYYY-MM-DD' text; DATETIME stays a Date.
    dateStrings: ['DATE'],
    supportBigNumbers: true,
    bigNumberStrings: false,
    synchronize: false,
    migrationsRun: false,
    migrationsTableName: 'migration',
    poolSize: connections,
    connectTimeout: 5_000,
    extra: { connectionLimit: connections, maxIdle: connections, enableKeepAlive: true },
  };
}
