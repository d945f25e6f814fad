import { createPool, type Connection, type Pool } from 'mysql2/promise';
import { until } from '../processes';
import { System } from '../system';
import { makeHost, makeProvider, newAppid, ok, type Provider } from '../tenants';

export interface Owned {
  readonly id: number;
  readonly appid: string;
  readonly merchant: string;
}

/** A system with many authorized accounts of many merchants, and a pool that outlives restarts of the database. */
export class FetchingWorld {
  private constructor(
    readonly system: System,
    readonly provider: Provider,
    readonly accounts: readonly Owned[],
    private readonly pool: Pool,
  ) {}

  static async start(options: {
    readonly now: string;
    /** How many each merchant has. */
    readonly accounts: readonly number[];
    readonly env: Record<string, string>;
  }): Promise<FetchingWorld> {
    const system = await System.start({ now: options.now, workers: 1, env: options.env });
    system.db.on('error', () => undefined);
    try {
      return await FetchingWorld.fill(system, options.accounts);
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  private static async fill(system: System, counts: readonly number[]): Promise<FetchingWorld> {
    const provider = await makeProvider(system, await makeHost(system));
    const merchants = await makeMerchants(provider, counts.length);
    const appids = Array.from({ length: counts.reduce((sum, count) => sum + count, 0) }, newAppid);
    await system.sandbox.control('POST', 'accounts', { accounts: appids.map((appid) => ({ appid })) });
    await authorizeAll(system, provider, appids);
    const accounts = await assign(system.db, merchants, counts);
    const uri = system.env['DATABASE_URL']!;
    const pool = createPool({ uri, dateStrings: ['DATE'], timezone: 'Z', connectionLimit: 4 });
    return new FetchingWorld(system, provider, accounts, pool);
  }

  async select<T = any>(sql: string, params: unknown[] = []): Promise<T[]> {
    const [rows] = await this.pool.query(sql, params);
    return rows as T[];
  }

  /** Days stored with a number, of all accounts. */
  async storedDays(): Promise<number> {
    return (await this.select<{ n: number }>('SELECT COUNT(*) AS n FROM daily_cumulate WHERE state = 2'))[0]!.n;
  }

  async stop(): Promise<void> {
    await this.pool.end().catch(() => undefined);
    await this.system.stop();
  }
}

async function makeMerchants(provider: Provider, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; n < count; n++) {
    const { json } = await provider.admin.post('/api/v1/merchants', { name: `merchant ${n}` });
    made.push((json as { id: string }).id);
  }
  return made;
}

/** Without pushes, as if we had been away: LIST and INFO bring them in. */
async function authorizeAll(system: System, provider: Provider, appids: readonly string[]): Promise<void> {
  const component_appid = provider.platform.appid;
  await system.sandbox.control('POST', 'authorize', { component_appid, appids, sets: [2], exchange: true });
  // What was authorized since a run began is left to the next one.
  await system.moveClock(5_000);
  ok(await provider.admin.post(`/api/v1/platforms/${provider.platform.id}/reconciles`, {}), 202);
  await until(
    'every account is authorized',
    async () => {
      const [rows] = await system.db.query(
        "SELECT COUNT(*) AS n FROM account WHERE state = 'authorized' AND kind = 'official_account'",
      );
      return (rows as { n: number }[])[0]!.n === appids.length;
    },
    120_000,
  );
}

/** The first so many to the first merchant, and so on. */
async function assign(db: Connection, merchants: readonly string[], counts: readonly number[]): Promise<Owned[]> {
  const [rows] = await db.query('SELECT id, appid FROM account ORDER BY id');
  const owners = counts.flatMap((count, n) => Array.from({ length: count }, () => merchants[n]!));
  const owned = (rows as { id: number; appid: string }[]).map((row, n) => ({ ...row, merchant: owners[n]! }));
  for (const merchant of merchants) {
    const ids = owned.filter((account) => account.merchant === merchant).map(({ id }) => id);
    await db.query('UPDATE account SET merchant_id = ? WHERE id IN (?)', [merchant, ids]);
  }
  return owned;
}
