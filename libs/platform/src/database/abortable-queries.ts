import { AppError } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { type Pool, type PoolConnection } from 'mysql2';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { DRIVER } from './connection-options';
import { asUnavailable } from './transactions';

/**
 * Queries that end when nobody waits for their answer any more. A connection whose query was ended is closed, not given back:
 * an end that comes late must never meet the query of somebody else. Nothing holds a connection between two queries.
 */
@Injectable()
export class AbortableQueries {
  private readonly logger = new Logger(AbortableQueries.name);
  /** Ends are told one after the other: a crowd that leaves at once costs one connection. */
  private telling: Promise<void> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** Throws `request_abandoned` after the signal, `database_unavailable` when MySQL is away. */
  async query<T>(signal: AbortSignal, sql: string, params: unknown[]): Promise<T> {
    const connection = await this.connect();
    let isWhole = false;
    const end = (): void => {
      this.telling = this.telling.then(() => this.kill(connection.threadId));
    };
    try {
      if (signal.aborted) {
        isWhole = true;
        throw abandoned();
      }
      signal.addEventListener('abort', end, { once: true });
      const rows = await answerOf<T>(connection, sql, params);
      isWhole = !signal.aborted;
      return rows;
    } catch (error) {
      isWhole ||= !signal.aborted && (error as { fatal?: boolean }).fatal !== true;
      throw signal.aborted ? abandoned() : asUnavailable(error);
    } finally {
      signal.removeEventListener('abort', end);
      if (isWhole) connection.release();
      else connection.destroy();
    }
  }

  private connect(): Promise<PoolConnection> {
    const { pool } = this.dataSource.driver as unknown as { pool: Pool };
    return new Promise((resolve, reject) => {
      pool.getConnection((error, connection) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an error of ours or the driver's
        if (error) reject(asUnavailable(error));
        else resolve(connection);
      });
    });
  }

  /** Over a connection of its own: the pool may be full of queries that are to end. */
  private async kill(threadId: number): Promise<void> {
    try {
      const { url } = this.dataSource.options as { readonly url: string };
      const connection = await createConnection({ uri: url, ...DRIVER });
      try {
        await connection.query('KILL ?', [threadId]);
      } finally {
        connection.destroy();
      }
    } catch (err) {
      // It is over already, or ends by itself.
      this.logger.debug({ msg: 'a query was not ended', err });
    }
  }
}

function answerOf<T>(connection: PoolConnection, sql: string, params: unknown[]): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.query(sql, params, (error, rows) => {
      if (error === null) resolve(rows as T);
      else reject(error);
    });
  });
}

function abandoned(): AppError {
  return new AppError('unavailable', 'request_abandoned', {
    message: { en: 'Nobody waits for the answer any more.', zh: '客户端已断开，不再等待响应。' },
  });
}
