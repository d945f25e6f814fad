import { Secret, SecretBox } from '@app/kernel';
import { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { type RotationOptions } from './key-rotation';
import { type SealedRowsRepository } from './sealed-rows.repository';
import {
  clear,
  columns,
  letterColumn,
  makeTables,
  partsOf,
  readAll,
  ringOf,
  stampColumn,
  writeLetters,
  writeStamps,
} from './testing/letters';

const K1 = ringOf(['k1']);
const BOTH = ringOf(['k2', 'k1']);
const K2 = ringOf(['k2']);

describe('KeyRotation', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = database.dataSource;
    await makeTables(dataSource);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(() => clear(dataSource));

  const options = (more: Partial<RotationOptions> = {}): RotationOptions => ({
    batch: 10,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
  const versions = async (): Promise<number[]> =>
    (await dataSource.query<{ v: number }[]>('SELECT DISTINCT version AS v FROM letter')).map(({ v }) => v);

  it('moves every row of every table, and only bytes and key id', async () => {
    await writeLetters(dataSource, K1, 1, 95);
    await writeStamps(dataSource, K1);
    await dataSource.query("INSERT INTO letter (id, sender) VALUES (1000, 'empty')");
    const before = await readAll(dataSource, K1);
    const { rotation } = partsOf(dataSource, BOTH);
    const progress: number[] = [];
    const letters = await rotation.run(letterColumn, options({ onProgress: ({ moved }) => progress.push(moved) }));
    expect(letters).toEqual({ table: 'letter', total: 95, moved: 95, changed: 0, unreadable: [], left: 0 });
    expect(progress).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 95]);
    expect(await rotation.run(stampColumn, options({ batch: 2 }))).toMatchObject({ total: 6, moved: 6, left: 0 });
    expect(await readAll(dataSource, K2)).toEqual(before);
    expect(before.size).toBe(101);
    expect(await versions()).toEqual([1]);
    expect(await rotation.run(letterColumn, options())).toMatchObject({ total: 0, moved: 0, left: 0 });
  });

  it('goes on where a killed one ended', async () => {
    await writeLetters(dataSource, K1, 1, 60);
    const before = await readAll(dataSource, K1);
    const killed = partsOf(dataSource, BOTH);
    const replace = killed.rows.replace.bind(killed.rows);
    let calls = 0;
    jest.spyOn(killed.rows, 'replace').mockImplementation((...args) => {
      if (++calls === 4) throw new Error('killed');
      return replace(...args);
    });
    await expect(killed.rotation.run(letterColumn, options())).rejects.toThrow('killed');
    // Rows under both keys open all the time.
    expect(await readAll(dataSource, BOTH)).toEqual(before);
    const { rotation } = partsOf(dataSource, BOTH);
    expect(await rotation.run(letterColumn, options())).toMatchObject({ total: 30, moved: 30, left: 0 });
    expect(await readAll(dataSource, K2)).toEqual(before);
  });

  it('ends after the batch under way when it is asked to', async () => {
    await writeLetters(dataSource, K1, 1, 60);
    const stop = new AbortController();
    const asked = options({
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    expect(await partsOf(dataSource, BOTH).rotation.run(letterColumn, asked)).toMatchObject({ moved: 10, left: 50 });
  });

  /** Does something once, between a batch's read and its write. */
  function afterRead(rows: SealedRowsRepository, act: () => Promise<unknown>): void {
    const read = rows.read.bind(rows);
    jest.spyOn(rows, 'read').mockImplementationOnce(async (...args) => {
      const found = await read(...args);
      await act();
      return found;
    });
  }

  it.each([
    ['the old key', K1],
    ['the new key', BOTH],
  ])('never overwrites what was written under %s meanwhile', async (_name, ring) => {
    await writeLetters(dataSource, K1, 1, 10);
    const { rows, rotation } = partsOf(dataSource, BOTH);
    const newer = new SecretBox(ring).seal(new Secret('newer'), letterColumn.context({ sender: 's3' }));
    afterRead(rows, async () => {
      await dataSource.query('UPDATE letter SET key_id = ?, sealed = ?, version = 2 WHERE id = 3', [
        newer.keyId,
        newer.bytes,
      ]);
      await dataSource.query('DELETE FROM letter WHERE id = 4');
    });
    expect(await rotation.run(letterColumn, options())).toMatchObject({ changed: 2, left: 0, unreadable: [] });
    const texts = await readAll(dataSource, K2);
    expect([texts.get('3'), texts.has('4'), texts.size]).toEqual(['newer', false, 9]);
    const [row] = await dataSource.query<{ version: number }[]>('SELECT version FROM letter WHERE id = 3');
    expect(row?.version).toBe(2);
  });

  it('finds what was written behind it under the old key', async () => {
    await writeLetters(dataSource, K1, 11, 40);
    const { rotation } = partsOf(dataSource, BOTH);
    let wrote = false;
    const onProgress = async (): Promise<void> => {
      if (wrote) return;
      wrote = true;
      await writeLetters(dataSource, K1, 1, 5);
    };
    const writes: Promise<void>[] = [];
    const result = await rotation.run(letterColumn, options({ onProgress: () => writes.push(onProgress()) }));
    await Promise.all(writes);
    expect(result).toMatchObject({ total: 30, moved: 35, left: 0 });
  });

  it('leaves alone, names and counts what does not open', async () => {
    await writeLetters(dataSource, K1, 1, 30);
    await writeStamps(dataSource, K1);
    await dataSource.query('UPDATE letter a JOIN letter b ON b.id = 8 SET a.sealed = b.sealed WHERE a.id = 7');
    await dataSource.query(
      "UPDATE stamp a JOIN stamp b ON b.country = 'de' AND b.kind = 'b' SET a.sealed = b.sealed WHERE a.country = 'DE' AND a.kind = 'b'",
    );
    const { rotation } = partsOf(dataSource, BOTH);
    expect(await rotation.run(letterColumn, options())).toMatchObject({ moved: 29, unreadable: ['7'], left: 1 });
    expect(await rotation.run(stampColumn, options())).toMatchObject({ moved: 5, unreadable: ['DE/b'], left: 1 });
    await expect(readAll(dataSource, BOTH)).rejects.toThrow('sealed_value_invalid');
  });

  it('may run twice at once', async () => {
    await writeLetters(dataSource, K1, 1, 300);
    const before = await readAll(dataSource, K1);
    const results = await Promise.all(
      [1, 2].map(() => partsOf(dataSource, BOTH).rotation.run(letterColumn, options({ batch: 20 }))),
    );
    expect(results[0]!.moved + results[1]!.moved).toBe(300);
    expect(results.map(({ left, unreadable }) => [left, unreadable])).toEqual([
      [0, []],
      [0, []],
    ]);
    expect(await readAll(dataSource, K2)).toEqual(before);
  });

  it('refuses a key it does not have', async () => {
    await writeLetters(dataSource, ringOf(['k3']), 1, 1);
    await expect(partsOf(dataSource, BOTH).rotation.run(letterColumn, options())).rejects.toMatchObject({
      code: 'key_missing',
    });
  });

  it('cuts large values into statements a server accepts', async () => {
    await dataSource.query('ALTER TABLE letter MODIFY sealed MEDIUMBLOB NULL');
    const box = new SecretBox(K1);
    for (let id = 1; id <= 8; id++) {
      const { keyId, bytes } = box.seal(new Secret('x'.repeat(400_000)), letterColumn.context({ sender: `s${id}` }));
      await dataSource.query('INSERT INTO letter (id, sender, key_id, sealed) VALUES (?, ?, ?, ?)', [
        id,
        `s${id}`,
        keyId,
        bytes,
      ]);
    }
    const { rows, rotation } = partsOf(dataSource, BOTH);
    const replace = jest.spyOn(rows, 'replace');
    expect(await rotation.run(letterColumn, options())).toMatchObject({ moved: 8, left: 0 });
    expect(replace.mock.calls.map((call) => call[3].length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('tells the keys in use without reading the rows', async () => {
    await writeLetters(dataSource, K1, 1, 3_000);
    await writeLetters(dataSource, K2, 4_000, 6_000);
    await dataSource.query("INSERT INTO letter (id, sender) VALUES (9000, 'empty')");
    const single = await new DataSource({
      ...dataSource.options,
      poolSize: 1,
      extra: { connectionLimit: 1 },
    } as never).initialize();
    try {
      const reads = async (): Promise<number> => {
        const rows = await single.query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Handler_read%'");
        return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
      };
      const before = await reads();
      expect(await partsOf(single, BOTH).rows.listKeyIds(letterColumn)).toEqual(['k1', 'k2']);
      const idle = await reads();
      expect((await reads()) - idle).toBeLessThan(60);
      expect(idle - before).toBeLessThan(70);
    } finally {
      await single.destroy();
    }
  });

  it('is seen in the survey', async () => {
    await writeLetters(dataSource, K1, 1, 4);
    await writeLetters(dataSource, BOTH, 5, 6);
    const { keys, processes } = await partsOf(dataSource, BOTH).survey.take(columns);
    expect(processes).toEqual([]);
    expect(keys.map(({ id, place, rows }) => [id, place, Object.fromEntries(rows)])).toEqual([
      ['k2', 'sealing', { letter: 2, stamp: 0 }],
      ['k1', 'opening', { letter: 4, stamp: 0 }],
    ]);
  });
});
