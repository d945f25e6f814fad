import { shanghaiDate } from '@app/kernel';
import { insertAccounts } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { AccountDaysRepository } from './account-days.repository';
import { CumulateRepository, type DayValue } from './cumulate.repository';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 15, 1, minute));
const value = (refDate: string, cumulateUser: number, minute: number, accountId = 1): DayValue => ({
  accountId,
  refDate: shanghaiDate(refDate),
  cumulateUser,
  fetchedAt: at(minute),
  isNew: false,
});

describe('CumulateRepository', () => {
  let db: TestDatabase;
  let repository: CumulateRepository;
  const store = (...values: DayValue[]): Promise<void> =>
    db.batched.run(async (batch) => {
      await new AccountDaysRepository().lock(
        batch,
        values.map(({ accountId }) => accountId),
      );
      repository.store(batch, values, at(59));
    });
  const rows = (): Promise<unknown[]> =>
    db.dataSource.query(
      'SELECT ref_date AS d, cumulate_user AS n, revision AS r, fetched_at AS t FROM daily_cumulate ORDER BY account_id, ref_date',
    );
  const revisions = (): Promise<unknown[]> =>
    db.dataSource.query(
      'SELECT ref_date AS d, revision AS r, old_user AS o, new_user AS n FROM cumulate_revision ORDER BY id',
    );

  beforeAll(async () => {
    db = await openTestDatabase();
    repository = new CumulateRepository(db.dataSource);
    await insertAccounts(db.dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
    ]);
  });
  afterEach(async () => {
    await db.dataSource.query('DELETE FROM cumulate_revision');
    await db.dataSource.query('DELETE FROM daily_cumulate');
  });
  afterAll(() => db.drop());

  it('stores a day once, however often the same answer comes', async () => {
    await store(value('2026-01-10', 5, 1));
    await store(value('2026-01-10', 5, 2));
    expect(await rows()).toEqual([{ d: '2026-01-10', n: 5, r: 0, t: at(2) }]);
    expect(await revisions()).toEqual([]);
  });

  it('keeps what a correction replaced', async () => {
    await store(value('2026-01-10', 5, 1), value('2026-01-11', 6, 1));
    await store(value('2026-01-10', 7, 2), value('2026-01-11', 6, 2));
    await store(value('2026-01-10', 4, 3));
    expect(await rows()).toEqual([
      { d: '2026-01-10', n: 4, r: 2, t: at(3) },
      { d: '2026-01-11', n: 6, r: 0, t: at(2) },
    ]);
    expect(await revisions()).toEqual([
      { d: '2026-01-10', r: 1, o: 5, n: 7 },
      { d: '2026-01-10', r: 2, o: 7, n: 4 },
    ]);
  });

  it('never lets an answer asked for earlier overwrite a later one', async () => {
    await store(value('2026-01-10', 9, 30));
    await store(value('2026-01-10', 5, 10));
    expect(await rows()).toEqual([{ d: '2026-01-10', n: 9, r: 0, t: at(30) }]);
    expect(await revisions()).toEqual([]);
  });

  it('fails where a day taken for new has a row, and writes nothing then', async () => {
    await store(value('2026-01-10', 5, 1));
    const taken = [value('2026-01-09', 1, 2), value('2026-01-10', 2, 2)].map((one) => ({ ...one, isNew: true }));
    await expect(store(...taken)).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' });
    expect(await rows()).toEqual([{ d: '2026-01-10', n: 5, r: 0, t: at(1) }]);
  });

  it('stores one value and one revision a change when many writers race', async () => {
    await store(value('2026-01-10', 0, 0));
    const minutes = Array.from({ length: 20 }, (_, i) => i + 1);
    await Promise.all(
      minutes.map((minute) => store(value('2026-01-10', minute, minute), value('2026-01-10', 1, 1, 2))),
    );
    const [row] = (await rows()) as { n: number; r: number; t: Date }[];
    expect(row).toMatchObject({ n: 20, t: at(20) });
    const kept = (await revisions()) as { r: number; o: number; n: number }[];
    expect(kept.map(({ r }) => r)).toEqual(Array.from({ length: row!.r }, (_, i) => i + 1));
    expect(kept.map(({ o }) => o)).toEqual([0, ...kept.slice(0, -1).map(({ n }) => n)]);
  });

  it('tells which days of many ranges have a row', async () => {
    await store(value('2026-01-10', 5, 1), value('2026-01-12', 5, 1), value('2026-01-10', 5, 1, 2));
    const range = { from: shanghaiDate('2026-01-11'), to: shanghaiDate('2026-01-20') };
    const known = await repository.knownDays([
      { accountId: 1, ...range },
      { accountId: 2, ...range },
    ]);
    expect([known.get(1), known.get(2)]).toEqual([new Set(['2026-01-12']), undefined]);
  });
});
