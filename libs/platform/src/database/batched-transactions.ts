import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createPool, type Pool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { DRIVER } from './connection-options';
import { READ_COMMITTED, repeated } from './transactions';

/** What a statement did; known once the transaction is over, or a `query` behind it was answered. */
export interface Written {
  readonly affectedRows: number;
}

/** Statements of one transaction, in the order they are given. */
export interface Batch {
  /** Sends all that waits, then this one, in one trip to the database. */
  query<T>(sql: string, params?: readonly unknown[]): Promise<T>;
  /** Goes along with the next trip, at the latest with COMMIT. */
  later(sql: string, params?: readonly unknown[]): Written;
}

interface Statement {
  readonly text: string;
  readonly written: { affectedRows: number };
}

const CONNECTIONS = 4;

/**
 * Transactions whose statements go to the database in few trips: a process that waits for thousands of answers at once comes to
 * each of them only after a while, so that every trip costs milliseconds. It has connections of its own, the only ones that
 * take several statements at once.
 */
@Injectable()
export class BatchedTransactions implements OnApplicationShutdown {
  private pool: Pool | null = null;
  private readonly levelled = new WeakSet<object>();

  constructor(private readonly dataSource: DataSource) {}

  /** `work` may run several times: it must take its effects only through the batch. Throws `database_unavailable` when MySQL is away. */
  run<T>(work: (batch: Batch) => Promise<T>): Promise<T> {
    return repeated(async () => {
      const connection = await this.connect();
      const trips = new Trips(connection, this.isNew(connection));
      try {
        const result = await work(trips);
        await trips.commit();
        connection.release();
        return result;
      } catch (error) {
        await undo(connection);
        throw error;
      }
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
    this.pool = null;
  }

  private connect(): Promise<PoolConnection> {
    const { url } = this.dataSource.options as { readonly url: string };
    const more = { connectionLimit: CONNECTIONS, enableKeepAlive: true, multipleStatements: true };
    this.pool ??= createPool({ uri: url, ...DRIVER, ...more });
    return this.pool.getConnection();
  }

  private isNew({ connection }: PoolConnection): boolean {
    if (this.levelled.has(connection)) return false;
    this.levelled.add(connection);
    return true;
  }
}

class Trips implements Batch {
  private waiting: Statement[] = [];

  constructor(
    private readonly connection: PoolConnection,
    isNew: boolean,
  ) {
    if (isNew) this.later(READ_COMMITTED);
    this.later('START TRANSACTION');
  }

  later(sql: string, params: readonly unknown[] = []): Written {
    const written = { affectedRows: 0 };
    this.waiting.push({ text: this.connection.format(sql, params as unknown[]), written });
    return written;
  }

  async query<T>(sql: string, params: readonly unknown[] = []): Promise<T> {
    this.later(sql, params);
    const results = await this.send();
    return results.at(-1) as T;
  }

  async commit(): Promise<void> {
    this.later('COMMIT');
    await this.send();
  }

  /** The database stops at the first statement that fails: what stands behind it was not run. */
  private async send(): Promise<unknown[]> {
    const sent = this.waiting;
    this.waiting = [];
    const [answer] = await this.connection.query(sent.map(({ text }) => text).join(';\n'));
    const results: unknown[] = sent.length === 1 ? [answer] : (answer as unknown[]);
    for (const [i, { written }] of sent.entries())
      written.affectedRows = (results[i] as Partial<ResultSetHeader> | undefined)?.affectedRows ?? 0;
    return results;
  }
}

/** A connection that cannot roll back is not used again. */
async function undo(connection: PoolConnection): Promise<void> {
  try {
    await connection.query('ROLLBACK');
    connection.release();
  } catch {
    connection.destroy();
  }
}
