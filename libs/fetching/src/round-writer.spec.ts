import { AppError, shanghaiDate } from '@app/kernel';
import { type Round } from './round';
import { RoundWriter } from './round-writer';
import { type TaskUpdate } from './task.repository';
import { type TurnRepository } from './turn.repository';

const NOW = new Date('2026-03-10T02:00:00.000Z');

/** A round that stores one day of each account. */
function round(...accountIds: number[]): Round {
  const refDate = shanghaiDate('2026-03-01');
  return {
    values: accountIds.map((accountId) => ({ accountId, refDate, cumulateUser: 1, fetchedAt: NOW, isNew: true })),
    updates: accountIds.map((id) => ({ id }) as TaskUpdate),
    ...{ misses: [], found: [], runs: [], probed: [], calls: [], spent: [] },
  };
}

describe('RoundWriter', () => {
  let stored: number[][];
  let ends: (() => void)[];
  let store: (round: Round) => Promise<boolean>;
  let writer: RoundWriter;
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    [stored, ends] = [[], []];
    store = async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return true;
    };
    const rounds = {
      store: (some: Round) => {
        stored.push(some.values.map(({ accountId }) => accountId));
        return store(some);
      },
    };
    writer = new RoundWriter(rounds as unknown as TurnRepository);
  });

  it('stores together what ends while others are stored, one transaction at a time', async () => {
    const all = [round(1), round(2), round(3, 4)].map((one) => writer.store(one, NOW));
    await settle();
    expect(stored).toEqual([[1]]);
    ends[0]!();
    await settle();
    expect(stored).toEqual([[1], [2, 3, 4]]);
    ends[1]!();
    expect(await Promise.all(all)).toEqual([true, true, true]);
  });

  it('never stores two rounds of one account together', async () => {
    const all = [round(9), round(1, 2), round(2), round(3), round(1)].map((one) => writer.store(one, NOW));
    for (const n of [0, 1, 2]) {
      await settle();
      ends[n]!();
    }
    await Promise.all(all);
    expect(stored).toEqual([[9], [1, 2, 3], [2, 1]]);
  });

  it('lets what one round cannot be stored for fail no other', async () => {
    const first = writer.store(round(9), NOW);
    store = (some) =>
      some.values.some(({ accountId }) => accountId === 2) ? Promise.reject(new Error('bad')) : Promise.resolve(true);
    const all = [round(1), round(2), round(3)].map((one) => writer.store(one, NOW));
    ends[0]!();
    expect(await first).toBe(true);
    const results = await Promise.allSettled(all);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored).toEqual([[9], [1, 2, 3], [1], [2], [3]]);
    expect(await writer.store(round(4), NOW)).toBe(true);
  });

  it('tells everyone at once that the database is away, and stores what comes later', async () => {
    const first = writer.store(round(9), NOW);
    store = () => Promise.reject(new AppError('unavailable', 'database_unavailable'));
    const all = [round(1), round(2)].map((one) => writer.store(one, NOW));
    ends[0]!();
    await first;
    const results = await Promise.allSettled(all);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(stored).toEqual([[9], [1, 2]]);
    store = () => Promise.resolve(true);
    expect(await writer.store(round(1), NOW)).toBe(true);
  });

  it('tells all who were stored together that a task of one of them was lost', async () => {
    const first = writer.store(round(9), NOW);
    store = () => Promise.resolve(false);
    const all = [round(1), round(2)].map((one) => writer.store(one, NOW));
    ends[0]!();
    expect(await first).toBe(true);
    expect(await Promise.all(all)).toEqual([false, false]);
  });

  it('keeps transactions small enough', async () => {
    const many = Array.from({ length: 400 }, (_, i) => i + 10);
    const all = [round(1), round(...many), round(...many.map((id) => id + 1_000))].map((one) => writer.store(one, NOW));
    for (const n of [0, 1, 2]) {
      await settle();
      ends[n]!();
    }
    await Promise.all(all);
    expect(stored.map((ids) => ids.length)).toEqual([1, 400, 400]);
  });
});
