import { shanghaiDate } from '@app/kernel';
import { Outbox } from '@app/platform';
import { insertAccounts } from '../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { type Round } from './round';
import { RoundNewsRepository } from './round-news.repository';

const NOW = new Date('2026-03-10T02:00:00.123Z');
const NOTHING: Round = {
  ...{ values: [], misses: [], found: [], runs: [], probed: [], calls: [], updates: [], spent: [] },
};
const value = (accountId: number, day: string, isNew: boolean) => ({
  ...{ accountId, refDate: shanghaiDate(day), cumulateUser: 7, fetchedAt: NOW, isNew },
});

describe('RoundNewsRepository', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await openTestDatabase();
    const accounts = [1, 2, 3].map((id) => ({ id, merchant: 'mer_1' }));
    await insertAccounts(db.dataSource, accounts);
  }, 60_000);
  afterAll(() => db.drop());

  it('knows what somebody wants to hear', async () => {
    const news = () => new RoundNewsRepository(new Outbox(db.dataSource));
    const early = news();
    expect(await early.wanted()).toEqual({ days: false, failures: false });
    await db.dataSource.query("INSERT INTO outbox_interest VALUES ('prv_1', 'days.stored')");
    expect(await news().wanted()).toEqual({ days: true, failures: false });
    // Asked once in five seconds: rounds are many.
    expect(await early.wanted()).toEqual({ days: false, failures: false });
  });

  it('tells new days and corrected ones of each account, and none that stayed as it was', async () => {
    const changed = (day: string, at: Date, reason: string) =>
      db.dataSource.query(
        `INSERT INTO cumulate_revision (account_id, ref_date, revision, old_user, new_user, old_fetched_at, changed_at, reason)
         VALUES (1, ?, 1, 6, 7, ?, ?, ?)`,
        [day, at, at, reason],
      );
    await changed('2026-03-07', NOW, 'corrected');
    await changed('2026-03-08', NOW, 'appeared');
    await changed('2026-03-09', new Date(NOW.getTime() - 1), 'corrected');
    const values = [
      ...[value(1, '2026-03-01', true), value(1, '2026-03-02', true), value(1, '2026-03-05', false)],
      ...[value(2, '2026-03-04', true), value(3, '2026-03-04', false)],
    ];
    const news = new RoundNewsRepository(new Outbox(db.dataSource));
    const round = { ...NOTHING, values };
    await db.batched.run((batch) => {
      news.tell(batch, round, { days: false, failures: true }, NOW);
    });
    await db.batched.run((batch) => {
      news.tell(batch, round, { days: true, failures: true }, NOW);
    });
    const rows = await db.dataSource.query<{ payload: string; occurredAt: Date; dueAt: Date }[]>(
      'SELECT payload, occurred_at AS occurredAt, due_at AS dueAt FROM outbox_event ORDER BY subject',
    );
    const told = rows.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
    expect(told).toMatchObject([
      { from: '2026-03-01', to: '2026-03-08', days: 4, corrected: 1, merchant: 'mer_1' },
      { from: '2026-03-04', to: '2026-03-04', days: 1, corrected: 0 },
    ]);
    expect(rows[0]).toMatchObject({ occurredAt: NOW, dueAt: new Date(NOW.getTime() + 30_000) });
  });
});
