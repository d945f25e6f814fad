import { FakeClock, newId, newToken, Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { insertAccounts } from '../../../../test/support/account-rows';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { ReportsConfig } from '../reports.config';
import { GIVEN_BACK, RUNNING_MS } from './report-link-policy';
import { ReportLinkPruner } from './report-link-pruner';
import { ReportLinkUseRepository, type UseEnd } from './report-link-use.repository';
import { ReportLinkRepository, type LinkRow, type NewLink } from './report-link.repository';

const DAY_MS = 86_400_000;
const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const CLIENT = { address: '203.0.113.7', userAgent: 'curl/8' };
const WHOLE: UseEnd = { outcome: 'whole', bytes: 10 };
const BROKEN: UseEnd = { outcome: 'broken_off', bytes: 3 };

describe('downloads of a link', () => {
  const clock = new FakeClock('2026-03-10T02:00:00.000Z');
  let database: TestDatabase;
  let links: ReportLinkRepository;
  let uses: ReportLinkUseRepository;
  let pruner: ReportLinkPruner;

  beforeAll(async () => {
    database = await openTestDatabase();
    const { dataSource } = database;
    const transactions = new Transactions(dataSource);
    links = new ReportLinkRepository(dataSource, transactions);
    uses = new ReportLinkUseRepository(dataSource, transactions);
    pruner = new ReportLinkPruner(uses, new ReportsConfig(), clock);
    await insertAccounts(dataSource, [
      { id: 1, merchant: 'mer_1' },
      { id: 2, merchant: 'mer_1' },
      { id: 3, merchant: 'mer_2' },
    ]);
  }, 60_000);
  afterAll(() => database.drop());

  async function makeLink(change: Partial<NewLink> = {}, accountIds: number[] = []): Promise<string> {
    const now = clock.now();
    const link: NewLink = {
      ...{ id: newId('rpl'), name: 'L', providerId: 'prv_1', merchantId: 'mer_1', onlyAccounts: 0, format: 'csv' },
      ...{ fromDate: '2026-03-01', toDate: '2026-03-02', lang: 'en', createdBy: 'usr_1', createdAt: now },
      ...{ expiresAt: new Date(now.getTime() + 7 * DAY_MS), maxDownloads: null, ...change },
    };
    await links.insert(link, new Secret(newToken()), accountIds);
    return link.id;
  }
  const begin = async (linkId: string): Promise<string | null> => {
    const id = newId('rlu');
    return (await uses.begin({ id, linkId, ...CLIENT }, clock.now())) ? id : null;
  };
  const seen = async (id: string): Promise<LinkRow> => (await links.findInReach(REACH, id))!;
  const logged = async (id: string) => (await uses.list(id, null, 100)).map(({ outcome }) => outcome);

  it('are never more than allowed, though twenty begin at once', async () => {
    const id = await makeLink({ maxDownloads: 3 });
    const begun = await Promise.all(Array.from({ length: 20 }, () => begin(id)));
    expect(begun.filter((use) => use !== null)).toHaveLength(3);
    expect((await seen(id)).downloads).toBe(3);
    expect(await logged(id)).toEqual(['running', 'running', 'running']);
  });

  it('count once when a transaction of unknown outcome is repeated', async () => {
    const id = await makeLink({ maxDownloads: 2 });
    const use = { id: newId('rlu'), linkId: id, ...CLIENT };
    expect(await uses.begin(use, clock.now())).toBe(true);
    expect(await uses.begin(use, clock.now())).toBe(true);
    expect((await seen(id)).downloads).toBe(1);
  });

  it('do not begin once the link has ended, whatever was read of it before', async () => {
    const revoked = await makeLink();
    await links.revoke(revoked, clock.now());
    expect(await begin(revoked)).toBeNull();
    expect(await begin(await makeLink({ expiresAt: clock.now() }))).toBeNull();
  });

  it('are given back when broken off, as often as that cannot be used to download for ever', async () => {
    const id = await makeLink({ maxDownloads: 1 });
    for (let n = 0; n < GIVEN_BACK; n++) {
      const use = (await begin(id))!;
      await Promise.all([uses.end(use, BROKEN, clock.now()), uses.end(use, BROKEN, clock.now())]);
      expect((await seen(id)).downloads).toBe(0);
    }
    const last = (await begin(id))!;
    await uses.end(last, BROKEN, clock.now());
    expect([(await seen(id)).downloads, await begin(id)]).toEqual([1, null]);
    expect(new Set(await logged(id))).toEqual(new Set(['broken_off']));

    const free = await makeLink();
    for (let n = 0; n < GIVEN_BACK + 2; n++) await uses.end((await begin(free))!, BROKEN, clock.now());
    expect((await seen(free)).downloads).toBe(0);
  });

  it('end once, and keep what they ended as', async () => {
    const id = await makeLink({ maxDownloads: 1 });
    const use = (await begin(id))!;
    await uses.end(use, WHOLE, clock.now());
    await uses.end(use, BROKEN, clock.now());
    expect(await uses.list(id, null, 10)).toEqual([
      { id: use, startedAt: clock.now(), endedAt: clock.now(), ...WHOLE, ...CLIENT },
    ]);
    expect((await seen(id)).downloads).toBe(1);
  });

  it('are ended by a worker when their process died, and given back', async () => {
    const id = await makeLink({ maxDownloads: 1 });
    const use = (await begin(id))!;
    clock.advance(RUNNING_MS);
    await pruner.sweep();
    expect([await logged(id), (await seen(id)).downloads]).toEqual([['running'], 1]);
    clock.advance(1);
    await Promise.all([pruner.sweep(), pruner.sweep()]);
    expect([await logged(id), (await seen(id)).downloads]).toEqual([['broken_off'], 0]);
    // Should that process live after all, nothing is given back twice.
    expect(await begin(id)).not.toBeNull();
    await uses.end(use, BROKEN, clock.now());
    expect((await seen(id)).downloads).toBe(1);
  });

  it('show accounts that are still their owner’s', async () => {
    const ofMerchant = await makeLink({ onlyAccounts: 1 }, [1, 2, 3]);
    const ofProvider = await makeLink({ onlyAccounts: 1, merchantId: null }, [2, 3]);
    const owned = async (id: string) => (await links.ownedAccounts([id])).map(({ publicId }) => publicId);
    expect(await owned(ofMerchant)).toEqual(['acc_1', 'acc_2']);
    expect(await owned(ofProvider)).toEqual(['acc_2', 'acc_3']);
    await database.dataSource.query("UPDATE account SET merchant_id = 'mer_2' WHERE id = 2");
    expect(await owned(ofMerchant)).toEqual(['acc_1']);
    expect(await owned(ofProvider)).toEqual(['acc_2', 'acc_3']);
  });

  it('leave the log by age, and expired links with their last one', async () => {
    await database.dataSource.query('DELETE FROM report_link');
    const early = await makeLink();
    const late = await makeLink({ expiresAt: new Date(clock.now().getTime() + 90 * DAY_MS) });
    const use = (await begin(early))!;
    await uses.end(use, WHOLE, clock.now());
    clock.advance(20 * DAY_MS);
    await uses.end((await begin(late))!, WHOLE, clock.now());
    clock.advance(160 * DAY_MS);
    expect(await pruner.sweep()).toBe(0);
    clock.advance(1);
    expect(await pruner.sweep()).toBe(1);
    expect([await logged(early), await logged(late)]).toEqual([[], ['whole']]);
    expect(await links.findInReach(REACH, early)).not.toBeNull();
    clock.advance(7 * DAY_MS);
    expect(await pruner.sweep()).toBe(1);
    expect([await links.findInReach(REACH, early), await logged(late)]).toEqual([null, ['whole']]);
    clock.advance(90 * DAY_MS);
    expect(await pruner.sweep()).toBe(2);
    expect(await links.findInReach(REACH, late)).toBeNull();
  });
});
