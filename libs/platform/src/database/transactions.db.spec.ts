import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { Transactions } from './transactions';

describe('Transactions', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await openTestDatabase();
    await db.dataSource.query('CREATE TABLE seen (id INT PRIMARY KEY, n INT NOT NULL)');
    await db.dataSource.query('INSERT INTO seen VALUES (1, 0)');
    // Connections opened before, at another level.
    await Promise.all(
      Array.from({ length: 4 }, () => db.dataSource.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')),
    );
  });
  afterAll(() => db.drop());

  it('reads what was committed meanwhile, on every connection, new or old', async () => {
    const transactions = new Transactions(db.dataSource);
    const seen = await Promise.all(
      Array.from({ length: 3 }, () =>
        transactions.run(async (manager) => {
          const read = async (): Promise<number> =>
            (await manager.query<{ n: number }[]>('SELECT n FROM seen WHERE id = 1'))[0]!.n;
          const before = await read();
          await new Promise((wait) => setTimeout(wait, 50));
          await db.dataSource.query('UPDATE seen SET n = n + 1 WHERE id = 1');
          return (await read()) > before;
        }),
      ),
    );
    expect(seen).toEqual(Array(3).fill(true));
  });

  it('runs the whole again after a deadlock', async () => {
    const transactions = new Transactions(db.dataSource);
    let runs = 0;
    const result = await transactions.run(async (manager) => {
      runs++;
      await manager.query('UPDATE seen SET n = 100 WHERE id = 1');
      if (runs === 1) throw Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
      return (await manager.query<{ n: number }[]>('SELECT n FROM seen WHERE id = 1'))[0]!.n;
    });
    expect([runs, result]).toEqual([2, 100]);
  });

  const kill = async (connection: number): Promise<void> => {
    await db.dataSource.query(`KILL ${connection}`);
  };

  it.each(['between two statements', 'in a statement'])(
    'runs the whole again when its connection dies %s',
    async (when) => {
      const transactions = new Transactions(db.dataSource);
      let runs = 0;
      await transactions.run(async (manager) => {
        runs++;
        const [own] = await manager.query<{ id: number }[]>('SELECT CONNECTION_ID() AS id');
        await manager.query('UPDATE seen SET n = ? WHERE id = 1', [runs]);
        if (runs > 1) return;
        const end = manager.query('SELECT SLEEP(?)', [when === 'in a statement' ? 5 : 0]);
        // It may be killed by now: whoever waits for it sees it fail.
        end.catch(() => undefined);
        await new Promise((begun) => setTimeout(begun, 50));
        await kill(own!.id);
        await new Promise((noticed) => setTimeout(noticed, 50));
        await end;
        await manager.query('SELECT 1');
      });
      expect([runs, await db.dataSource.query('SELECT n FROM seen')]).toEqual([2, [{ n: 2 }]]);
    },
  );
});
