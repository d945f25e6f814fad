import { AppError, FakeClock, KeyRing, SecretBox } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { Transactions } from '../database/transactions';
import { partsOf, ringOf } from '../sealing/testing/letters';
import { idempotencyColumn, IdempotencyRepository } from './idempotency.repository';
import { Idempotency, type KeptAnswer, type RepeatableRequest } from './idempotency.service';

const REQUEST: RepeatableRequest = { callerId: 'usr_1', route: 'POST /things', key: 'k-1', fingerprint: '["a"]' };
const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));

describe('Idempotency', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await openTestDatabase();
    transactions = new Transactions(database.dataSource);
    await database.dataSource.query('CREATE TABLE thing (id INT AUTO_INCREMENT PRIMARY KEY)');
    Logger.overrideLogger(false);
  }, 60_000);
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.dataSource.query('DELETE FROM thing');
    await database.dataSource.query('DELETE FROM idempotency_key');
  });

  /** As another gateway process would have it: nothing is shared but the database. */
  const gateway = (): Idempotency => new Idempotency(new IdempotencyRepository(database.dataSource, box), clock);
  const things = async (): Promise<number> =>
    (await database.dataSource.query<{ n: number }[]>('SELECT COUNT(*) AS n FROM thing'))[0]!.n;
  const insert = (): Promise<void> =>
    transactions.run(async (manager) => {
      await manager.query('INSERT INTO thing VALUES (NULL)');
    });
  const work = async (): Promise<KeptAnswer> => {
    await insert();
    return { status: 201, headers: { location: '/things/1' }, body: { secret: 'told-once-0123456789' } };
  };
  const batchedWork = async (): Promise<KeptAnswer> => {
    await database.batched.run((batch) => batch.last('INSERT INTO thing VALUES (NULL)'));
    return { status: 201, headers: {}, body: null };
  };
  const never = (): Promise<KeptAnswer> => Promise.reject(new Error('the work was done again'));
  const code = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'none',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  /** The process that holds the key is gone. */
  const die = (): Promise<unknown> =>
    database.dataSource.query('UPDATE idempotency_key SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND');

  it('answers a repetition as the first request, at any gateway, and does nothing', async () => {
    const first = await gateway().once(REQUEST, work);
    const second = await gateway().once(REQUEST, never);
    expect([first.isReplay, second.isReplay]).toEqual([false, true]);
    expect(second.answer).toEqual(first.answer);
    expect(await things()).toBe(1);
  });

  it('does the work of 20 equal requests at once one time', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => code(gateway().once(REQUEST, n % 2 === 0 ? work : batchedWork))),
    );
    expect(await things()).toBe(1);
    expect(results.filter((result) => result === 'none').length).toBeGreaterThanOrEqual(1);
    expect(new Set(results)).toEqual(new Set(['none', 'idempotency_key_in_use']));
  });

  it('keeps callers and routes apart, and refuses another request', async () => {
    await gateway().once(REQUEST, work);
    await gateway().once({ ...REQUEST, callerId: 'usr_2' }, work);
    await gateway().once({ ...REQUEST, route: 'POST /others' }, work);
    expect(await things()).toBe(3);
    expect(await code(gateway().once({ ...REQUEST, fingerprint: '["b"]' }, never))).toBe('idempotency_key_reused');
  });

  it('stores neither the answer nor the request in the open, and nothing that opens elsewhere', async () => {
    const password = 'correct horse battery';
    await gateway().once({ ...REQUEST, fingerprint: password }, work);
    await gateway().once({ ...REQUEST, key: 'k-2', fingerprint: password }, work);
    const rows = await database.dataSource.query<Record<string, unknown>[]>('SELECT * FROM idempotency_key');
    const bytes = rows.flatMap((row) => Object.values(row).map((value) => Buffer.from(String(value)).toString()));
    for (const needle of ['told-once-0123456789', password, 'k-1'])
      expect(bytes.filter((text) => text.includes(needle))).toEqual([]);
    await database.dataSource.query(
      'UPDATE idempotency_key a JOIN idempotency_key b ON a.id <> b.id SET a.sealed = b.sealed',
    );
    expect(await code(gateway().once({ ...REQUEST, fingerprint: password }, never))).toBe('sealed_value_invalid');
  });

  it('frees the key of what was refused or did nothing', async () => {
    for (const error of [new AppError('invalid', 'nope'), new AppError('unavailable', 'away'), new Error('bug')]) {
      await expect(gateway().once(REQUEST, () => Promise.reject(error))).rejects.toBe(error);
      expect(await code(gateway().once({ ...REQUEST, key: error.message }, work))).toBe('none');
    }
    expect(await code(gateway().once(REQUEST, work))).toBe('none');
  });

  it.each([
    ['a transaction', work],
    ['a batch', batchedWork],
  ])('does not do again what failed after its work was committed in %s', async (_name, step) => {
    const half = async (): Promise<KeptAnswer> => {
      await step();
      throw new Error('after the work');
    };
    await expect(gateway().once(REQUEST, half)).rejects.toThrow('after the work');
    expect(await code(gateway().once(REQUEST, never))).toBe('idempotency_answer_lost');
    expect(await things()).toBe(1);
  });

  it('takes over from a process that died before its work, and refuses what it would still do', async () => {
    let goOn = (): void => undefined;
    const stalled = gateway().once(REQUEST, async () => {
      await new Promise<void>((resolve) => (goOn = resolve));
      return work();
    });
    await new Promise((started) => setTimeout(started, 100));
    expect(await code(gateway().once(REQUEST, never))).toBe('idempotency_key_in_use');
    await die();
    expect(await code(gateway().once(REQUEST, work))).toBe('none');
    goOn();
    expect(await code(stalled)).toBe('idempotency_key_in_use');
    expect(await things()).toBe(1);
    expect((await gateway().once(REQUEST, never)).isReplay).toBe(true);
  });

  it('gives what a dead process left to one of many', async () => {
    void gateway()
      .once(REQUEST, () => new Promise(() => undefined))
      .catch(() => undefined);
    await new Promise((started) => setTimeout(started, 100));
    await die();
    const results = await Promise.all(Array.from({ length: 10 }, () => code(gateway().once(REQUEST, work))));
    expect(results).toContain('none');
    expect(await things()).toBe(1);
  });

  it('answers at once while the first request is in its transaction', async () => {
    let inside = (): void => undefined;
    const entered = new Promise<void>((resolve) => (inside = resolve));
    let commit = (): void => undefined;
    const slow = gateway().once(REQUEST, async () => {
      await transactions.run(async (manager) => {
        await manager.query('INSERT INTO thing VALUES (NULL)');
        inside();
        await new Promise<void>((resolve) => (commit = resolve));
      });
      return { status: 200, headers: {}, body: null };
    });
    await entered;
    const began = Date.now();
    expect(await code(gateway().once(REQUEST, never))).toBe('idempotency_key_in_use');
    expect(Date.now() - began).toBeLessThan(1_000);
    commit();
    expect((await slow).isReplay).toBe(false);
  });

  it('leaves alone what the work set going and did not wait for', async () => {
    let goOn = (): void => undefined;
    let later: Promise<void> | undefined;
    await gateway().once(REQUEST, async () => {
      later = new Promise<void>((resolve) => (goOn = resolve)).then(insert);
      return Promise.resolve({ status: 200, headers: {}, body: null });
    });
    await database.dataSource.query('DELETE FROM idempotency_key');
    goOn();
    await later;
    expect(await things()).toBe(1);
  });

  it('tells answers again after their key was changed, with the new one alone', async () => {
    const withKeys = (...ids: string[]): Idempotency =>
      new Idempotency(new IdempotencyRepository(database.dataSource, new SecretBox(ringOf(ids))), clock);
    const { answer } = await withKeys('k1', 'k2').once(REQUEST, work);
    const { rotation } = partsOf(database.dataSource, ringOf(['k2', 'k1']));
    const options = { batch: 10, onProgress: () => undefined, signal: new AbortController().signal };
    expect(await rotation.run(idempotencyColumn, options)).toMatchObject({ moved: 1, left: 0 });
    expect(await withKeys('k2').once(REQUEST, never)).toEqual({ answer, isReplay: true });
  });

  it('forgets after a day, in batches', async () => {
    await gateway().once(REQUEST, work);
    clock.advance(86_400_000 - 1);
    expect(await gateway().prune()).toBe(0);
    expect((await gateway().once(REQUEST, never)).isReplay).toBe(true);
    clock.advance(1);
    expect((await gateway().once(REQUEST, work)).isReplay).toBe(false);
    expect(await things()).toBe(2);
    clock.advance(86_400_000);
    expect(await gateway().prune()).toBe(1);
    expect(await gateway().prune()).toBe(0);
  });
});
