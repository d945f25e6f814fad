import { CREDENTIALS_CONFIGS, credentialEntities } from '@app/credentials';
import { fetchingEntities } from '@app/fetching';
import { Clock, FakeClock, KeyRing, Secret, SecretBox } from '@app/kernel';
import { BatchedTransactions, Jobs, loadConfig, Transactions, UpstreamConfig, type Batch } from '@app/platform';
import {
  AuditChainsModule,
  AuditCheck,
  AuditConfig,
  AuditSealer,
  MerchantPurges,
  MerchantPurgesModule,
  PurgeConfig,
  PurgeRunner,
  PurgesModule,
  tenantEntities,
  tenantRemains,
  type Principal,
  type PurgeRow,
  type Reach,
} from '@app/tenants';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AnyTables, type Dump } from '../../../test/support/any-row';
import { needlesOf, seedMerchant, seedProvider, type Needles } from '../../../test/support/leaving-world';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { MERCHANT_FATES } from './merchant-fates';
import { merchantRemains } from './merchant-remains';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STAFF: Principal = {
  ...{ userId: 'usr_staff', email: 'staff@example.test', name: 'Staff' },
  memberships: [{ role: 'provider_admin', providerId: 'prv_1', merchantId: null }],
};
const REACH: Reach = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const LEAVING = needlesOf('leaving', 4_000_000_101);
const STAYING = needlesOf('staying', 4_000_000_201);
const NAME = 'The LEAVING';
const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));

@Global()
@Module({})
class Surroundings {}

/** Fails at the n-th transaction: before its work is committed, or right after. */
class Mishaps extends BatchedTransactions {
  left = Infinity;
  isLate = false;

  override async run<T>(work: (batch: Batch) => T | Promise<T>): Promise<T> {
    const isNow = --this.left <= 0;
    if (!isNow) return super.run(work);
    if (this.isLate) await super.run(work);
    throw new Error('killed');
  }
}

describe('the purge of a merchant', () => {
  let clock: FakeClock;
  let database: TestDatabase;
  let tables: AnyTables;
  let module: TestingModule;
  let mishaps: Mishaps;
  let purges: MerchantPurges;
  let runner: PurgeRunner;

  beforeEach(async () => {
    clock = new FakeClock('2026-03-10T02:00:00.000Z');
    database = await openTestDatabase([...tenantEntities, ...credentialEntities, ...fetchingEntities]);
    loadConfig([UpstreamConfig, ...CREDENTIALS_CONFIGS, AuditConfig, PurgeConfig], {
      WECHAT_API_ORIGIN: 'http://127.0.0.1:9',
    });
    const { dataSource } = database;
    mishaps = new Mishaps(dataSource);
    const providers = [
      { provide: DataSource, useValue: dataSource },
      { provide: BatchedTransactions, useValue: mishaps },
      Transactions,
      { provide: SecretBox, useValue: box },
      { provide: Clock, useValue: clock },
      { provide: Jobs, useValue: {} },
    ];
    const surroundings: DynamicModule = { module: Surroundings, global: true, providers, exports: providers };
    const imports = [surroundings, MerchantPurgesModule, AuditChainsModule, PurgesModule.of(merchantRemains)];
    module = await Test.createTestingModule({ imports })
      .setLogger(false as never)
      .compile();
    [purges, runner] = [module.get(MerchantPurges), module.get(PurgeRunner)];
    tables = await AnyTables.of(dataSource);
    await seedProvider(tables);
    await seedMerchant(tables, 'staying', STAYING);
    await seedMerchant(tables, 'leaving', LEAVING);
    await shareRows();
  });
  afterEach(async () => {
    await module.close();
    await mishaps.onApplicationShutdown();
    await database.drop();
  });

  const sql = (text: string, params: unknown[] = []): Promise<any> => database.dataSource.query(text, params);
  /** Rows of the provider that name accounts of both. */
  const shareRows = async (): Promise<void> => {
    const scope = JSON.stringify({ accounts: ['acc_staying0', 'acc_leaving0'] });
    const reach = JSON.stringify({ host: false, providerIds: [], merchantIds: ['mer_staying', 'mer_leaving'] });
    await tables.insert('fetch', { id: 'fet_two', provider_id: 'prv_1', merchant_id: null, scope, reach });
    const found = [...STAYING.appids, ...LEAVING.appids].map((appid) => ({ appid, account: null, action: 'adopt' }));
    const run = { id: 'rec_1', platform_id: 'plt_1', state: 'done', findings: JSON.stringify(found) };
    await tables.insert('reconcile_run', run);
    await sql('UPDATE doctor_run SET report = ?', [`{"account":"${LEAVING.appids[0]}"}`]);
  };
  const schedule = (): Promise<PurgeRow> => purges.schedule(STAFF, REACH, LEAVING.merchant, NAME);
  const seal = (): Promise<number> => {
    clock.advance(MINUTE_MS);
    return module.get(AuditSealer).sweep();
  };
  /** To its end, however often it has to be gone on with. */
  const carryOut = async (id: string, sweep = () => runner.sweep()): Promise<PurgeRow> => {
    clock.advance(72 * HOUR_MS);
    for (let n = 0; n < 200; n++) {
      await sweep();
      const purge = await purges.get(REACH, id);
      if (purge.state === 'done') return purge;
      if (purge.goneAt !== null) await seal();
    }
    throw new Error('the purge does not end');
  };
  const naming = (dump: Dump, { all }: Needles): string[] =>
    [...dump].flatMap(([table, rows]) =>
      rows.filter((row) => all.some((needle) => row.includes(needle))).map((row) => `${table} ${row}`),
    );
  const others = (dump: Dump): Map<string, string[]> => {
    const ownTables =
      /^(merchant_purge|merchant_purge_subject|departed_account|audit_.*|platform_secret|doctor_run|reconcile_run|fetch)$/;
    const rest = [...dump].filter(([table]) => !ownTables.test(table));
    return new Map(
      rest.map(([table, rows]) => [table, rows.filter((row) => !LEAVING.all.some((one) => row.includes(one)))]),
    );
  };

  it('removes all that names the merchant, wherever it stands, and leaves all else as it was', async () => {
    const before = await tables.dump();
    expect(naming(before, LEAVING).length).toBeGreaterThan(60);
    const { id } = await schedule();
    const done = await carryOut(id);
    const after = await tables.dump();
    const allowed = naming(after, LEAVING);
    expect(allowed.map((row) => row.split(' ')[0])).toEqual(['merchant_purge']);
    expect(allowed[0]).not.toMatch(/LEAVING|example|wxleaving|acc_/);
    expect(naming(after, STAYING).length).toBe(naming(before, STAYING).length);
    // Of people with a role elsewhere a session and links of passwords end: nothing else of theirs is touched.
    const ofTwo = /^(session|password_link|pending_login)$/;
    for (const [table, rows] of others(before)) {
      const kept = ofTwo.test(table) ? rows.filter((row) => !row.includes('usr_two_108')) : rows;
      expect([table, after.get(table)]).toEqual([table, kept]);
    }
    expect(done.removed).toMatchObject({
      daily_cumulate: 8_766,
      account: 2,
      credential: 4,
      merchant: 1,
      audit_event: 2,
    });
    expect(await sql('SELECT scope, reach FROM `fetch` WHERE id = ?', ['fet_two'])).toEqual([
      {
        scope: '{"accounts":["acc_staying0"]}',
        reach: '{"host":false,"providerIds":[],"merchantIds":["mer_staying"]}',
      },
    ]);
    expect(JSON.parse((await sql('SELECT findings FROM reconcile_run'))[0].findings)).toHaveLength(2);
    expect((await module.get(AuditCheck).examine('prv_1')).fault).toBeNull();
  });

  it('counts and names every table there is', async () => {
    expect(Object.keys(MERCHANT_FATES).sort()).toEqual(tables.tables.sort());
    const { id } = await schedule();
    const { removed } = await carryOut(id);
    const fated = Object.keys(MERCHANT_FATES).filter((table) => MERCHANT_FATES[table]!.is === 'removed');
    const counted = Object.keys(removed).filter((table) => removed[table]! > 0);
    expect(counted.filter((table) => table !== 'audit_event').sort()).toEqual(fated.sort());
    const cascades = await sql(
      `SELECT TABLE_NAME AS child, REFERENCED_TABLE_NAME AS parent FROM information_schema.REFERENTIAL_CONSTRAINTS
       WHERE CONSTRAINT_SCHEMA = DATABASE() AND DELETE_RULE = 'CASCADE'`,
    );
    const pairs = cascades.map(({ child, parent }: any) => `${child as string} ${parent as string}`);
    for (const [table, fate] of Object.entries(MERCHANT_FATES))
      if (fate.is === 'with') expect(pairs).toContain(`${table} ${fate.table}`);
  });

  it.each([
    ['before a commit', false],
    ['after a commit', true],
  ])('may be killed in every transaction, %s, and ends the same', async (_when, isLate) => {
    const { id } = await schedule();
    mishaps.isLate = isLate;
    let depth = 0;
    const done = await carryOut(id, async () => {
      mishaps.left = ++depth;
      await runner.sweep();
      mishaps.left = Infinity;
      expect((await module.get(AuditCheck).examine('prv_1')).fault).toBeNull();
    });
    expect(depth).toBeGreaterThan(25);
    expect(done.removed).toMatchObject({ daily_cumulate: 8_766, account: 2, user: 1, merchant: 1, audit_event: 2 });
    expect(naming(await tables.dump(), LEAVING).map((row) => row.split(' ')[0])).toEqual(['merchant_purge']);
  });

  it('is carried out by one of several processes, and gone on with when its lease is over', async () => {
    const { id } = await schedule();
    clock.advance(72 * HOUR_MS);
    await Promise.all([1, 2, 3].map(() => runner.sweep()));
    expect((await purges.get(REACH, id)).removed).toMatchObject({ daily_cumulate: 8_766, account: 2, merchant: 1 });
    await sql("UPDATE merchant_purge SET lease_owner = 'dead', lease_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR");
    clock.advance(3 * MINUTE_MS);
    await seal();
    await runner.sweep();
    expect((await purges.get(REACH, id)).state).toBe('running');
    await sql('UPDATE merchant_purge SET lease_until = UTC_TIMESTAMP(3)');
    await runner.sweep();
    expect((await purges.get(REACH, id)).state).toBe('done');
  });

  it('stays with its process, however long a look for nothing takes', async () => {
    const { id } = await schedule();
    const left: unknown[] = [];
    const run = mishaps.run.bind(mishaps);
    jest.spyOn(mishaps, 'run').mockImplementation(async (work) => {
      await sql(
        'UPDATE merchant_purge SET lease_until = UTC_TIMESTAMP(3) + INTERVAL 5 SECOND WHERE lease_owner IS NOT NULL',
      );
      const result = await run(work);
      const late = 'lease_owner IS NOT NULL AND lease_until < UTC_TIMESTAMP(3) + INTERVAL 30 SECOND';
      left.push(...(await sql(`SELECT id FROM merchant_purge WHERE ${late}`)));
      return result;
    });
    await carryOut(id);
    expect(left).toEqual([]);
  });

  it('is not kept from its end by others that wait', async () => {
    for (let n = 10; n < 30; n++) {
      const waiting = { id: `pur_0${n}`, provider_id: 'prv_1', merchant_id: `mer_${n}`, open_for: `mer_${n}` };
      const since = { requested_at: clock.now(), due_at: clock.now(), started_at: clock.now() };
      const times = { ...since, gone_at: new Date('2100-01-01'), done_at: null, cancelled_at: null };
      const lease = { removed: '{}', lease_owner: null, lease_until: null };
      await tables.insert('merchant_purge', { ...waiting, ...times, ...lease, state: 'running' });
    }
    const { id } = await schedule();
    expect((await carryOut(id)).state).toBe('done');
  });

  it('removes what came in while it was under way', async () => {
    const { id } = await schedule();
    let isIn = false;
    const run = mishaps.run.bind(mishaps);
    jest.spyOn(mishaps, 'run').mockImplementation(async (work) => {
      const result = await run(work);
      const [{ days }] = await sql('SELECT COUNT(*) AS days FROM daily_cumulate WHERE account_id = 4000000101');
      if (days === 0 && !isIn) {
        isIn = true;
        await sql("INSERT INTO daily_cumulate VALUES (4000000101, '2026-03-09', 5, 1, UTC_TIMESTAMP(3), 0)");
        const late = { id: 4_000_000_103, public_id: 'acc_leaving9', platform_id: 'plt_1', appid: 'wxleaving9' };
        await tables.insert('account', { ...late, merchant_id: LEAVING.merchant, state: 'authorized' });
        await tables.insert('user', { id: 'usr_leaving_late', email: 'late@leaving.test', disabled_at: null });
        const role = { role: 'merchant_viewer', scope_id: LEAVING.merchant, merchant_id: LEAVING.merchant };
        await tables.insert('membership', { ...role, id: 'mem_leaving_late', user_id: 'usr_leaving_late' });
      }
      return result;
    });
    const done = await carryOut(id);
    expect(isIn).toBe(true);
    expect(done.removed).toMatchObject({ daily_cumulate: 8_767, account: 3, user: 2 });
    expect(naming(await tables.dump(), LEAVING).map((row) => row.split(' ')[0])).toEqual(['merchant_purge']);
  });

  it('keeps whom another merchant takes on at the last moment', async () => {
    const [users] = tenantRemains.rows;
    const subject = { purge_id: 'pur_1', id: 'usr_late', account_id: null, platform_id: null, appid: null };
    await tables.insert('merchant_purge', { id: 'pur_1', provider_id: 'prv_1', state: 'running', removed: '{}' });
    await tables.insert('merchant_purge_subject', subject);
    await tables.insert('user', { id: 'usr_late', email: 'late@example.test', disabled_at: null });
    const leaving = { purgeId: 'pur_1', merchantId: 'mer_leaving', providerId: 'prv_1', now: clock.now() };
    await database.batched.run(async (batch) => {
      let isFirst = true;
      const query = async <T>(text: string, params?: unknown[]): Promise<T> => {
        const answer = await batch.query<T>(text, params);
        const role = { role: 'merchant_viewer', scope_id: STAYING.merchant, merchant_id: STAYING.merchant };
        if (isFirst) await tables.insert('membership', { ...role, id: 'mem_late', user_id: 'usr_late' });
        isFirst = false;
        return answer;
      };
      await users!.remove({ query }, leaving, 100);
    });
    expect(await sql("SELECT user_id AS id FROM membership WHERE id = 'mem_late'")).toEqual([{ id: 'usr_late' }]);
  });

  it('is taken back until it begins, and asks for the merchant’s name', async () => {
    await expect(purges.schedule(STAFF, REACH, LEAVING.merchant, 'the leaving')).rejects.toMatchObject({
      code: 'purge_not_confirmed',
    });
    const { id } = await schedule();
    await expect(schedule()).rejects.toMatchObject({ code: 'purge_open' });
    clock.advance(71 * HOUR_MS);
    await runner.sweep();
    expect(await purges.cancel(STAFF, REACH, LEAVING.merchant)).toMatchObject({ id, state: 'cancelled' });
    clock.advance(2 * HOUR_MS);
    await runner.sweep();
    expect(await sql('SELECT COUNT(*) AS n FROM merchant WHERE id = ?', [LEAVING.merchant])).toEqual([{ n: 1 }]);
    const again = await schedule();
    clock.advance(72 * HOUR_MS);
    await runner.sweep();
    await expect(purges.cancel(STAFF, REACH, LEAVING.merchant)).rejects.toMatchObject({ code: 'purge_begun' });
    const nobody: Reach = { host: false, providerIds: ['prv_2'], merchantIds: [] };
    await expect(purges.get(nobody, again.id)).rejects.toMatchObject({ code: 'purge_not_found' });
    expect((await purges.list(REACH, { limit: 10 })).items.map((one) => one.id)).toEqual([again.id, id]);
  });

  it('leaves a sealed pepper and hashes that name nobody', async () => {
    const { id } = await schedule();
    await carryOut(id);
    const [row] = await sql(
      "SELECT key_id AS keyId, sealed AS bytes FROM platform_secret WHERE kind = 'departure_pepper'",
    );
    const context = ['platform_secret', 'plt_1', 'departure_pepper', 'current'];
    expect(box.open(row, context)).toBeInstanceOf(Secret);
    expect(await sql('SELECT COUNT(*) AS n FROM departed_account')).toEqual([{ n: 2 }]);
  });
});
