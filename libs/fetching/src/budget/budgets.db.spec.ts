import { type AccountDirectory, type AccountTokens } from '@app/credentials';
import { shanghaiDate, shanghaiInstant, FakeClock } from '@app/kernel';
import { type Jobs } from '@app/platform';
import { type WechatClient } from '@app/wechat';
import { Logger } from '@nestjs/common';
import { insertAccounts, insertTasks } from '../../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FetchingConfig } from '../fetching.config';
import { LANE, type Lane } from '../task-states';
import { BudgetRepository } from './budget.repository';
import { Budgets } from './budgets.service';
import { QuotaHintRepository } from './quota-hint.repository';
import { QuotaHints } from './quota-hints.service';

const at = (day: string, hour = 12): Date => shanghaiInstant(shanghaiDate(day), hour);
const account = (id: number) => ({ id, appid: `wxa${id}`, platformId: 'plt_1' });

describe('budgets', () => {
  let db: TestDatabase;
  let config: FetchingConfig;
  let budgets: Budgets;
  let wanted: number[];
  const query = <T = any>(sql: string, params: unknown[] = []): Promise<T[]> => db.dataSource.query<T[]>(sql, params);
  const count = (n: number, id: number, lane: Lane, calledAt: Date) =>
    db.batched.run((batch) => {
      budgets.count(
        batch,
        Array.from({ length: n }, () => ({ ...account(id), lane, calledAt })),
      );
    });
  const verdict = async (id: number, lane: Lane, now: Date) => {
    const found = (await budgets.ofDay([account(id)], lane, now)).verdicts([account(id)]).get(id);
    return found?.open === false ? [found.because, found.until] : true;
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    db = await openTestDatabase();
    await insertAccounts(db.dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
    ]);
  });
  beforeEach(() => {
    config = new FetchingConfig();
    wanted = [];
    const enqueueMany = (_job: unknown, payloads: { accountId: number }[]) => {
      wanted.push(...payloads.map(({ accountId }) => accountId));
      return Promise.resolve(true);
    };
    budgets = new Budgets(new BudgetRepository(db.dataSource), config, { enqueueMany } as unknown as Jobs);
  });
  afterEach(async () => {
    for (const table of ['call_count', 'quota_hint', 'fetch_task', '`fetch`']) await query(`DELETE FROM ${table}`);
  });
  afterAll(() => db.drop());

  it('count calls once per appid and once per platform, by day of Shanghai and lane', async () => {
    const [late, early] = [new Date('2026-03-10T15:59:59.999Z'), new Date('2026-03-10T16:00:00Z')];
    await db.batched.run((batch) => {
      budgets.count(batch, [
        { ...account(1), lane: LANE.bulk, calledAt: late },
        { ...account(1), lane: LANE.bulk, calledAt: early },
        { ...account(2), lane: LANE.daily, calledAt: early },
      ]);
    });
    await count(2, 1, LANE.bulk, early);
    expect(
      await query('SELECT subject AS s, day AS d, lane AS l, calls AS n FROM call_count ORDER BY 1, 2, 3'),
    ).toEqual([
      { s: 'plt_1', d: '2026-03-10', l: 3, n: 1 },
      { s: 'plt_1', d: '2026-03-11', l: 2, n: 1 },
      { s: 'plt_1', d: '2026-03-11', l: 3, n: 3 },
      { s: 'wxa1', d: '2026-03-10', l: 3, n: 1 },
      { s: 'wxa1', d: '2026-03-11', l: 3, n: 3 },
      { s: 'wxa2', d: '2026-03-11', l: 2, n: 1 },
    ]);
  });

  it('count rightly when many rounds are stored at once', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => count(1 + (i % 3), 1 + (i % 2), LANE.bulk, at('2026-03-10'))),
    );
    const [{ n }] = await query("SELECT SUM(calls) AS n FROM call_count WHERE subject = 'plt_1'");
    expect(Number(n)).toBe(79);
  });

  it('hold a backfill back from its cap until midnight in Beijing, and nothing else', async () => {
    const now = at('2026-03-10');
    await count(99, 1, LANE.bulk, now);
    expect(await verdict(1, LANE.bulk, now)).toBe(true);
    await count(1, 1, LANE.bulk, now);
    expect(await verdict(1, LANE.bulk, now)).toEqual(['day_budget_used', at('2026-03-11', 0)]);
    expect([await verdict(1, LANE.daily, now), await verdict(2, LANE.bulk, now)]).toEqual([true, true]);
    expect(await verdict(1, LANE.bulk, at('2026-03-11', 0))).toBe(true);
  });

  it('keep a part of a platform’s calls for the daily run', async () => {
    config.FETCH_PLATFORM_CALLS_A_DAY = 10;
    const now = at('2026-03-10');
    await count(8, 1, LANE.bulk, now);
    expect(await verdict(2, LANE.asked, now)).toEqual(['platform_budget_used', at('2026-03-11', 0)]);
    expect(await verdict(2, LANE.daily, now)).toBe(true);
    await count(2, 2, LANE.daily, now);
    expect(await verdict(2, LANE.daily, now)).toEqual(['platform_budget_used', at('2026-03-11', 0)]);
  });

  describe('near the cap', () => {
    const now = at('2026-03-10');
    let quota: jest.Mock;
    let clock: FakeClock;
    let hints: QuotaHints;

    beforeEach(() => {
      clock = new FakeClock(now);
      quota = jest.fn(() => Promise.resolve({ dailyLimit: 5_000, used: 123, remain: 4_877 }));
      const gate = { state: 'authorized', kind: 'official_account', verifyType: 0, accountStatus: 1, setIds: [2] };
      const fetchable = ([id = 0]: number[]) => Promise.resolve(new Map([[id, { ...account(id), gate }]]));
      hints = new QuotaHints(
        { fetchable } as unknown as AccountDirectory,
        { get: () => Promise.resolve({ token: 'held' }) } as unknown as AccountTokens,
        { quota } as unknown as WechatClient,
        new QuotaHintRepository(db.dataSource),
        clock,
      );
    });

    it('ask WeChat for its limit: from four fifths on, once a day, whatever comes of it', async () => {
      await count(79, 1, LANE.bulk, now);
      await verdict(1, LANE.bulk, now);
      expect(wanted).toEqual([]);
      await count(1, 1, LANE.bulk, now);
      await verdict(1, LANE.bulk, now);
      expect(wanted).toEqual([1]);
      quota.mockRejectedValueOnce(new Error('48001'));
      expect(await hints.read(1)).toBe(false);
      expect([await hints.read(1), await Promise.all([hints.read(1), hints.read(1)])]).toEqual([false, [false, false]]);
      await verdict(1, LANE.bulk, now);
      expect([quota.mock.calls.length, wanted]).toEqual([1, [1]]);
      clock.set(at('2026-03-09'));
      expect(await hints.read(1)).toBe(false);
      clock.set(at('2026-03-11'));
      expect((await Promise.all([hints.read(1), hints.read(1)])).sort()).toEqual([false, true]);
      expect(quota).toHaveBeenLastCalledWith({ token: 'held', cgiPath: '/datacube/getusercumulate' });
      expect(quota).toHaveBeenCalledTimes(2);
    });

    it('take the cap from it, and let what waits for tomorrow go on', async () => {
      await count(100, 1, LANE.bulk, now);
      const waits = { merchant: 'mer_1', state: 'waiting_quota', lane: 3, at: at('2026-03-11', 0) };
      await insertTasks(db.dataSource, [
        { id: 1, account: 1, ...waits },
        { id: 2, account: 1, ...waits },
        { id: 3, account: 2, ...waits },
      ]);
      await query("UPDATE fetch_task SET reason = 'day_budget_used' WHERE id IN (1, 3)");
      expect(await hints.read(1)).toBe(true);
      const rows = await query('SELECT id, next_attempt_at AS at, version AS v FROM fetch_task ORDER BY id');
      expect(rows).toEqual([
        { id: 1, at: now, v: 1 },
        { id: 2, at: waits.at, v: 0 },
        { id: 3, at: waits.at, v: 0 },
      ]);
      expect(await verdict(1, LANE.bulk, now)).toBe(true);
      await count(900, 1, LANE.bulk, now);
      expect(await verdict(1, LANE.bulk, now)).toEqual(['day_budget_used', at('2026-03-11', 0)]);
      expect(await new QuotaHintRepository(db.dataSource).find('wxa1')).toEqual({
        ...{ dailyLimit: 5_000, used: 123, readAt: now },
      });
    });
  });

  it('forget old days', async () => {
    await count(1, 1, LANE.bulk, at('2026-01-01'));
    await count(1, 1, LANE.bulk, at('2026-03-01'));
    expect(await new BudgetRepository(db.dataSource).prune(shanghaiDate('2026-02-01'))).toBe(2);
    expect(await query('SELECT DISTINCT day AS d FROM call_count')).toEqual([{ d: '2026-03-01' }]);
  });
});
