import { AppError } from '@app/kernel';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Connection } from 'mysql2';
import { createPool, type Pool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { DRIVER } from './connection-options';
import { type Queries } from './queries';
import { asUnavailable, READ_COMMITTED, repeated } from './transactions';
import { passFence } from './work-fence';

/** What a statement did; known once the transaction is over, or a `query` behind it was answered. */
export interface Written {
  readonly affectedRows: number;
}

/** Statements of one transaction, in the order they are given: `query` sends all that waits, then its own, in one trip. */
export interface Batch extends Queries {
  /** Goes along with the next trip, at the latest with COMMIT. */
  later(sql: string, params?: unknown[]): Written;
  /** As `query`, in the trip that takes COMMIT along: nothing may follow. */
  last<T>(sql: string, params?: unknown[]): Promise<T>;
}

interface Statement {
  readonly text: string;
  readonly written: { affectedRows: number };
}

const CONNECTIONS = { transactions: 4, reads: 2 };

/**
 * Transactions whose statements go to the database in few trips: a process that waits for thousands of answers at once comes to
 * each of them only after a while, so that every trip costs milliseconds. It has connections of its own, the only ones that
 * take several statements at once.
 */
@Injectable()
export class BatchedTransactions implements OnApplicationShutdown {
  /** Statements asked for in one turn of the event loop go in one trip, in their order, outside of any transaction. */
  readonly reads: Queries = new Reads(() => this.connect('reads'));
  /** Whoever only reads never waits behind transactions. */
  private readonly pools = new Map<keyof typeof CONNECTIONS, Pool>();
  private readonly levelled = new WeakSet<object>();

  constructor(private readonly dataSource: DataSource) {}

  /** `work` may run several times: it must take its effects only through the batch. Throws `database_unavailable` when MySQL is away. */
  run<T>(work: (batch: Batch) => T | Promise<T>): Promise<T> {
    return repeated(async () => {
      const connection = await this.connect('transactions');
      const trips = new Trips(connection, this.isNew(connection));
      try {
        await passFence(trips);
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
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
    this.pools.clear();
  }

  private connect(what: keyof typeof CONNECTIONS): Promise<PoolConnection> {
    const { url } = this.dataSource.options as { readonly url: string };
    const more = { connectionLimit: CONNECTIONS[what], enableKeepAlive: true, multipleStatements: true };
    const pool = this.pools.get(what) ?? createPool({ uri: url, ...DRIVER, ...more });
    this.pools.set(what, pool);
    return pool.getConnection();
  }

  private isNew({ connection }: PoolConnection): boolean {
    if (this.levelled.has(connection)) return false;
    this.levelled.add(connection);
    return true;
  }
}

class Trips implements Batch {
  private waiting: Statement[] = [];
  private isCommitted = false;

  constructor(
    private readonly connection: PoolConnection,
    isNew: boolean,
  ) {
    if (isNew) this.later(READ_COMMITTED);
    this.later('START TRANSACTION');
  }

  later(sql: string, params: unknown[] = []): Written {
    if (this.isCommitted) throw new AppError('bug', 'statement_after_commit');
    const written = { affectedRows: 0 };
    this.waiting.push({ text: this.connection.format(sql, params), written });
    return written;
  }

  async query<T>(sql: string, params: unknown[] = []): Promise<T> {
    this.later(sql, params);
    const results = await this.send();
    return results.at(-1) as T;
  }

  async last<T>(sql: string, params: unknown[] = []): Promise<T> {
    this.later(sql, params);
    this.later('COMMIT');
    const results = await this.send();
    this.isCommitted = true;
    return results.at(-2) as T;
  }

  async commit(): Promise<void> {
    if (this.isCommitted) return;
    this.later('COMMIT');
    await this.send();
  }

  private async send(): Promise<unknown[]> {
    const sent = this.waiting;
    this.waiting = [];
    const results = await oneTrip(
      this.connection,
      sent.map(({ text }) => text),
    );
    for (const [i, { written }] of sent.entries())
      written.affectedRows = (results[i] as Partial<ResultSetHeader> | undefined)?.affectedRows ?? 0;
    return results;
  }
}

interface Asked {
  readonly sql: string;
  readonly params: unknown[];
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

class Reads implements Queries {
  private waiting: Asked[] = [];

  constructor(private readonly connect: () => Promise<PoolConnection>) {}

  query<T>(sql: string, params: unknown[] = []): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ sql, params, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => void this.send());
    });
  }

  private async send(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const connection = await this.connect();
      try {
        const texts = asked.map(({ sql, params }) => connection.format(sql, params));
        const results = await oneTrip(connection, texts);
        for (const [i, { resolve }] of asked.entries()) resolve(results[i] as never);
      } finally {
        connection.release();
      }
    } catch (error) {
      for (const { reject } of asked) reject(asUnavailable(error));
    }
  }
}

/** Results in the order of the statements. The database stops at the first one that fails. */
async function oneTrip(connection: PoolConnection, statements: readonly string[]): Promise<unknown[]> {
  // Not the promise of the driver: it keeps a stack for each, in case it fails.
  const answer = await new Promise((resolve, reject) => {
    const driver = connection.connection as unknown as Connection;
    driver.query(statements.join(';\n'), (error: Error | null, results: unknown) => {
      if (error === null) resolve(results);
      else reject(error);
    });
  });
  return statements.length === 1 ? [answer] : (answer as unknown[]);
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
