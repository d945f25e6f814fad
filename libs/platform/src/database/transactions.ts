import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { passFence } from './work-fence';

const ATTEMPTS = 5;
export const READ_COMMITTED = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
const RETRIED = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT']);
/** The connection died: before COMMIT nothing is stored, at COMMIT nobody knows, so the work must be repeatable. */
const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ER_SERVER_SHUTDOWN',
  'ER_CLIENT_INTERACTION_TIMEOUT',
]);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ER_ACCESS_DENIED_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_BAD_DB_ERROR',
]);

interface ConnectionLike {
  query(sql: string): void;
}

interface PoolLike {
  on(event: 'acquire', listener: (connection: ConnectionLike) => void): void;
}

/** Pools whose connections get the level. */
const levelled = new WeakSet<PoolLike>();

/** Runs work in one transaction at READ COMMITTED and repeats the whole of it when the database asks for that. */
@Injectable()
export class Transactions {
  /**
   * Every connection gets the level before its first use, for statements outside of transactions as well: without it MySQL
   * deadlocks on concurrent multi-row upserts. Naming the level with each transaction would be a statement more each time.
   */
  constructor(private readonly dataSource: DataSource) {
    const { pool } = dataSource.driver as unknown as { pool: PoolLike };
    if (levelled.has(pool)) return;
    levelled.add(pool);
    const seen = new WeakSet<ConnectionLike>();
    pool.on('acquire', (connection) => {
      if (seen.has(connection)) return;
      seen.add(connection);
      connection.query(READ_COMMITTED);
    });
  }

  /** `work` may run several times: it must take its effects only through the manager. Throws `database_unavailable` when MySQL is away. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return repeated(() =>
      this.dataSource.transaction(async (manager) => {
        await passFence(manager);
        return work(manager);
      }),
    );
  }
}

/** Runs a transaction again, and again, where the database asks for that. Throws `database_unavailable` when it is away. */
export async function repeated<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      const code = databaseErrorCode(error);
      const repeatable = code !== null && (RETRIED.has(code) || LOST.has(code));
      if (!repeatable || attempt >= ATTEMPTS) throw asUnavailable(error);
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

/** The driver's code behind an error of TypeORM or mysql2, such as `ER_DUP_ENTRY`; null for other errors. */
export function databaseErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, driverError, cause, fatal } = error as Record<'code' | 'driverError' | 'cause' | 'fatal', unknown>;
  if (error instanceof AppError) return databaseErrorCode(cause);
  if (typeof code === 'string') return code;
  // mysql2 names no code when a connection is used that died while nobody used it.
  return databaseErrorCode(driverError) ?? (fatal === true ? 'PROTOCOL_CONNECTION_LOST' : null);
}

/** Translates "MySQL is away" into AppError `database_unavailable`; other errors pass unchanged. */
export function asUnavailable(error: unknown): unknown {
  const code = databaseErrorCode(error);
  if (error instanceof AppError || code === null || !(LOST.has(code) || UNREACHABLE.has(code))) return error;
  return new AppError('unavailable', 'database_unavailable', {
    cause: error,
    message: { en: 'The database cannot be reached; try again shortly.', zh: '数据库暂时无法访问，请稍后再试。' },
  });
}
