import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';

describe('BatchedTransactions', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await openTestDatabase();
    await db.dataSource.query(
      'CREATE TABLE seen (id INT PRIMARY KEY, n BIGINT NOT NULL, d DATE NULL, t DATETIME(3) NULL)',
    );
  });
  beforeEach(async () => {
    await db.dataSource.query('DELETE FROM seen');
    await db.dataSource.query('INSERT INTO seen (id, n) VALUES (1, 0), (2, 0)');
  });
  afterAll(() => db.drop());

  const numbers = async (): Promise<number[]> =>
    (await db.dataSource.query<{ n: number }[]>('SELECT n FROM seen ORDER BY id')).map(({ n }) => n);

  it('sends statements in their order, and tells what each did', async () => {
    const [first, second, third] = await db.batched.run(async (batch) => {
      const one = batch.later('UPDATE seen SET n = n + 1');
      const two = batch.later('UPDATE seen SET n = n * ? WHERE id = ?', [10, 2]);
      const rows = await batch.query<{ n: number }[]>('SELECT n FROM seen ORDER BY id');
      expect(rows).toEqual([{ n: 1 }, { n: 10 }]);
      expect([one.affectedRows, two.affectedRows]).toEqual([2, 1]);
      return [one, two, batch.later('DELETE FROM seen WHERE id = 1')];
    });
    expect([first, second, third].map((written) => written.affectedRows)).toEqual([2, 1, 1]);
    expect(await numbers()).toEqual([10]);
  });

  it('commits with the last statement, and takes nothing behind it', async () => {
    const rows = await db.batched.run((batch) => {
      batch.later('UPDATE seen SET n = n + 3');
      return batch.last('SELECT n FROM seen ORDER BY id');
    });
    expect(rows).toEqual([{ n: 3 }, { n: 3 }]);
    expect(await numbers()).toEqual([3, 3]);
    const behind = db.batched.run(async (batch) => {
      await batch.last('UPDATE seen SET n = 4');
      batch.later('UPDATE seen SET n = 5');
    });
    await expect(behind).rejects.toThrow('statement_after_commit');
    expect(await numbers()).toEqual([4, 4]);
  });

  it('reads and writes values as every other connection does', async () => {
    const at = new Date('2026-01-15T02:03:04.567Z');
    const text = `'; DROP TABLE seen; -- "\\`;
    const rows = await db.batched.run(async (batch) => {
      batch.later('INSERT INTO seen VALUES ?', [[[3, 2 ** 40, '2026-01-10', at]]]);
      return batch.query('SELECT n, d, t, ? AS text FROM seen WHERE id = 3', [text]);
    });
    expect(rows).toEqual([{ n: 2 ** 40, d: '2026-01-10', t: at, text }]);
    expect(await db.dataSource.query('SELECT n, d, t, ? AS text FROM seen WHERE id = 3', [text])).toEqual(rows);
  });

  it('takes all back when one statement fails, or the work does', async () => {
    const fails = db.batched.run((batch) => {
      batch.later('UPDATE seen SET n = 5');
      batch.later('INSERT INTO seen (id, n) VALUES (1, 1)');
      batch.later('UPDATE seen SET n = 6');
    });
    await expect(fails).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' });
    const ends = db.batched.run(async (batch) => {
      await batch.query('UPDATE seen SET n = 7');
      throw new Error('no');
    });
    await expect(ends).rejects.toThrow('no');
    expect(await numbers()).toEqual([0, 0]);
    await db.batched.run((batch) => batch.later('UPDATE seen SET n = 8'));
    expect(await numbers()).toEqual([8, 8]);
  });

  it('reads what was committed meanwhile, from its first statement on', async () => {
    const seen = await db.batched.run(async (batch) => {
      const read = async () => (await batch.query<{ n: number }[]>('SELECT n FROM seen WHERE id = 1'))[0]!.n;
      const before = await read();
      await db.dataSource.query('UPDATE seen SET n = n + 1 WHERE id = 1');
      return (await read()) - before;
    });
    expect(seen).toBe(1);
  });

  it('lets two that write the same rows in another order both succeed', async () => {
    const write = (first: number, second: number) =>
      db.batched.run(async (batch) => {
        await batch.query('UPDATE seen SET n = n + 1 WHERE id = ?', [first]);
        await new Promise((wait) => setTimeout(wait, 30));
        await batch.query('UPDATE seen SET n = n + 1 WHERE id = ?', [second]);
      });
    await Promise.all([write(1, 2), write(2, 1)]);
    expect(await numbers()).toEqual([2, 2]);
  });

  it('reads many things at once, each in the order it was asked for', async () => {
    await db.dataSource.query('UPDATE seen SET n = id * 10');
    const answers = await Promise.all(
      [2, 1, 3].map((id) => db.batched.reads.query('SELECT id, n FROM seen WHERE id = ?', [id])),
    );
    expect(answers).toEqual([[{ id: 2, n: 20 }], [{ id: 1, n: 10 }], []]);
    expect(await db.batched.reads.query('SELECT COUNT(*) AS n FROM seen')).toEqual([{ n: 2 }]);
    const one = db.batched.reads.query('SELECT nothing FROM seen');
    await expect(one).rejects.toMatchObject({ code: 'ER_BAD_FIELD_ERROR' });
    expect(await db.batched.reads.query('SELECT COUNT(*) AS n FROM seen')).toEqual([{ n: 2 }]);
  });

  it('runs the whole again when its connection dies', async () => {
    let runs = 0;
    await db.batched.run(async (batch) => {
      runs++;
      const [own] = await batch.query<{ id: number }[]>('SELECT CONNECTION_ID() AS id');
      batch.later('UPDATE seen SET n = n + 1');
      if (runs === 1) await db.dataSource.query(`KILL ${own!.id}`);
    });
    expect([runs, await numbers()]).toEqual([2, [1, 1]]);
  });
});
