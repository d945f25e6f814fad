import { FakeClock } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { FakeWechat, info, queryAuth } from '../testing/fake-wechat';
import { AT, PLATFORM, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { grantXml, push } from '../testing/pushes';
import { PushInbox } from '../pushes/push-inbox';
import { AccountAssignment } from './account-assignment';
import { AccountLiveRead } from './account-live-read';
import { AccountPermissions } from './account-permissions';
import { AccountReader } from './account-reader';
import { AccountRereads } from './account-rereads';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const INFO = 'api_get_authorizer_info';
const HOUR_MS = 3_600_000;
const MANY = 100_000;

describe('accounts read again', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
    one = await startProcess(database.url, wechat.origin, clock);
    two = await startProcess(database.url, wechat.origin, clock);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    clock.advance(3 * HOUR_MS);
    await seed(database.dataSource, clock.now());
    for (const process of [one, two]) process.jobs.jobs.length = 0;
  });

  const query = <T = any>(sql: string, params: unknown[] = []) => one.dataSource.query<T[]>(sql, params);
  const sweep = (process = one) => process.module.get(AccountRereads).sweep();
  const taken = () =>
    [one, two].flatMap(({ jobs }) => jobs.jobs).map(({ payload }) => (payload as { accountId: number }).accountId);
  const forget = () => {
    for (const { jobs } of [one, two]) jobs.jobs.length = 0;
  };
  /** `count` accounts, the first n of them due in the order of their number; all others tomorrow. */
  async function insertMany(count: number, due: number): Promise<void> {
    const now = clock.now();
    for (let from = 0; from < count; from += 5_000) {
      const rows = Array.from({ length: Math.min(5_000, count - from) }, (_, i) => {
        const n = from + i;
        const state = n % 10 === 9 ? 'revoked' : n % 50 === 1 ? 'incomplete' : 'authorized';
        const reread = new Date(now.getTime() + (n < due ? n - due : HOUR_MS + n));
        return [
          `acc_m${n}`,
          PLATFORM.id,
          `wxm${n}`,
          'official_account',
          '',
          '',
          '',
          '',
          -1,
          1,
          state,
          now,
          now,
          reread,
        ];
      });
      await query(
        `INSERT INTO account (public_id, platform_id, appid, kind, nick_name, principal_name, user_name, head_img,
           verify_type, account_status, state, authorized_at, created_at, reread_at) VALUES ?`,
        [rows],
      );
    }
  }

  it('takes each due account once, however many workers look, in the order they fell due', async () => {
    await insertMany(4_000, 2_000);
    const living = (
      await query<{ n: number }>("SELECT COUNT(*) AS n FROM account WHERE reread_at <= ? AND state <> 'revoked'", [
        clock.now(),
      ])
    )[0]!.n;
    for (let look = 0; look < 20 && taken().length < living; look++) {
      await Promise.all([one, two, one, two].map((process) => sweep(process)));
    }
    expect(taken()).toHaveLength(living);
    expect(new Set(taken()).size).toBe(living);
    expect(await sweep()).toBe(0);
    // What was taken and not read comes again after an hour, and nothing before.
    forget();
    clock.advance(HOUR_MS - 1);
    expect(await sweep()).toBe(0);
    clock.advance(1);
    // Half of a look is for incomplete accounts, of which there are 40.
    expect(await sweep()).toBe(250 + 40);
    expect(taken().slice(40)).toEqual(
      taken()
        .slice(40)
        .toSorted((a, b) => a - b),
    );
  });

  it('claims no more than the queue has room for; the rest stays due', async () => {
    await insertMany(4_000, 2_000);
    one.jobs.waiting = 500;
    expect([await sweep(), taken()]).toEqual([0, []]);
    one.jobs.waiting = null;
    await expect(sweep()).rejects.toThrow('away');
    one.jobs.waiting = 493;
    expect(await sweep()).toBe(7);
    expect(taken()).toHaveLength(7);
    one.jobs.waiting = 0;
    const due = () =>
      query<{ n: number }>("SELECT COUNT(*) AS n FROM account WHERE reread_at <= ? AND state <> 'revoked'", [
        clock.now(),
      ]);
    expect(await due()).toEqual([{ n: 1_800 - 7 }]);
  });

  it('reads unverified, refused and never read accounts, and those again a day later', async () => {
    const ids: number[] = [];
    for (const [appid, change] of [
      ['wxunverified', 'verify_type = -1'],
      ['wxbanned', 'account_status = 16'],
      ['wxincomplete', "state = 'incomplete'"],
      ['wxgood', 'verify_type = 0'],
    ] as const) {
      const id = await seedAccount(one, clock.now(), HOUR_MS, appid);
      await query(`UPDATE account SET ${change} WHERE id = ?`, [id]);
      ids.push(id);
    }
    await query('DELETE FROM account_permission WHERE account_id = ?', [ids[1]]);
    expect(await sweep()).toBe(4);
    expect(taken().toSorted((a, b) => a - b)).toEqual(ids);
    for (const id of ids) await one.module.get(AccountReader).reread(id);
    forget();
    clock.advance(23 * HOUR_MS);
    expect(await sweep()).toBe(0);
    clock.advance(HOUR_MS);
    expect(await sweep()).toBe(4);
  });

  it('tries a refused refresh token once a day, which is no new grant, and else not at all', async () => {
    const id = await seedAccount(one, clock.now(), HOUR_MS);
    await query("UPDATE account SET state = 'incomplete', incomplete_because = 'token_refused' WHERE id = ?", [id]);
    const row = () =>
      query('SELECT state, incomplete_because AS because, authorized_at AS at FROM account WHERE id = ?', [id]);
    const [before] = await row();
    clock.advance(HOUR_MS);
    // A person, a link's button, an event: none of them makes WeChat take the token.
    await one.module.get(AccountLiveRead).read(REACH, `acc_${AT.appid}`);
    await one.module.get(AccountReader).reread(id);
    expect(await row()).toEqual([before]);
    expect(one.jobs.jobs).toEqual([]);
    clock.advance(2 * HOUR_MS);
    expect(await sweep()).toBe(0);
    clock.advance(24 * HOUR_MS);
    expect(await sweep()).toBe(1);
    await query('UPDATE ticket SET create_time = ?, received_at = ?', [clock.now(), clock.now()]);
    await one.module.get(AccountReader).rereadDaily(id);
    expect(await row()).toEqual([{ ...before, state: 'authorized', because: null }]);
    // Another token is WeChat's word for a new authorization.
    await query("UPDATE account SET state = 'incomplete', incomplete_because = 'token_refused' WHERE id = ?", [id]);
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { refreshToken: 'rt-2' }));
    await one.module.get(AccountReader).reread(id);
    expect(await row()).toEqual([{ state: 'authorized', because: null, at: clock.now() }]);
  });

  it('lets a platform whose INFO quota is used up hold up nobody', async () => {
    await insertMany(2_000, 2_000);
    await query(
      "INSERT INTO platform (id, provider_id, appid, name, public_origin, created_at) VALUES ('plt_2', 'prv_1', 'wxp2', 'P', 'https://p2.example', ?)",
      [clock.now()],
    );
    const id = await seedAccount(one, clock.now(), HOUR_MS, 'wxelsewhere');
    await query("UPDATE account SET platform_id = 'plt_2', reread_at = ? WHERE id = ?", [clock.now(), id]);
    await query('INSERT INTO platform_pause VALUES (?, ?, 45009, ?)', [
      PLATFORM.id,
      INFO,
      new Date(clock.now().getTime() + HOUR_MS),
    ]);
    expect(await sweep()).toBe(1);
    expect(taken()).toEqual([id]);
    clock.advance(HOUR_MS);
    expect(await sweep()).toBeGreaterThan(250);
  });

  it('finds what is due among 100,000 accounts by its index', async () => {
    await insertMany(MANY, 600);
    await query('ANALYZE TABLE account');
    const [server] = await query<{ version: string }>('SELECT VERSION() AS version');
    // MySQL sorts those that are due, which are few.
    const isSorted = !server!.version.includes('MariaDB');
    for (const state of ['incomplete', 'authorized']) {
      const [plan] = await query<{ key: string; rows: number | bigint; Extra: string }>(
        `EXPLAIN FORMAT=TRADITIONAL SELECT id FROM account WHERE state = ? AND (reread_at IS NULL OR reread_at <= ?)
           AND platform_id NOT IN (SELECT platform_id FROM platform_pause WHERE call_name = ? AND paused_until > ?)
         ORDER BY reread_at LIMIT 250 FOR UPDATE SKIP LOCKED`,
        [state, clock.now(), INFO, clock.now()],
      );
      expect([plan!.key, Number(plan!.rows) < 2_000, plan!.Extra.includes('filesort')]).toEqual([
        'IDX_account_reread',
        true,
        isSorted,
      ]);
    }
    const began = performance.now();
    const found = await sweep();
    process.stdout.write(
      `re-read sweep: accounts ${MANY}, taken ${found}, ms ${Math.round(performance.now() - began)}\n`,
    );
    expect(found).toBeGreaterThan(250);
  }, 120_000);

  it('is read live at most once a minute, whoever asks', async () => {
    const id = await seedAccount(one, clock.now(), HOUR_MS);
    await query('UPDATE account SET verify_type = -1 WHERE id = ?', [id]);
    const read = (process = one) => process.module.get(AccountLiveRead).read(REACH, `acc_${AT.appid}`);
    expect(await read()).toMatchObject({ verified: true, verdict: { open: true } });
    const until = new Date(clock.now().getTime() + 60_000).toISOString();
    clock.advance(30_000);
    const refused = { kind: 'limited', code: 'reread_too_soon', detail: { until } };
    await expect(read()).rejects.toMatchObject(refused);
    await expect(read(two)).rejects.toMatchObject(refused);
    clock.advance(30_000);
    const both = await Promise.allSettled([read(), read(two), read()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(wechat.count(INFO)).toBe(2);
    const theirs = { ...REACH, providerIds: ['prv_2'] };
    await expect(one.module.get(AccountLiveRead).read(theirs, `acc_${AT.appid}`)).rejects.toMatchObject({
      code: 'account_not_found',
    });
  });

  it('tells who waits when the gate opens, and only then', async () => {
    const id = await seedAccount(one, clock.now(), HOUR_MS);
    const reread = () => one.module.get(AccountReader).reread(id);
    await reread();
    expect(one.jobs.jobs).toEqual([]);
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { sets: [1] }));
    await reread();
    expect(one.jobs.jobs).toEqual([]);
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { sets: [1, 2] }));
    await reread();
    expect(one.jobs.jobs).toEqual([{ name: 'account-usable', payload: { accountId: id } }]);
  });

  it('tells who waits when a grant opened the gate, even while INFO does not answer', async () => {
    wechat.on('api_query_auth', () => queryAuth(AT.appid));
    wechat.on(INFO, () => ({ errcode: -1, errmsg: 'system error' }));
    const { query: signed, body } = push(grantXml(clock.now(), { appid: AT.appid, code: 'code-1' }));
    await one.module.get(PushInbox).receive(PLATFORM.appid, signed, body);
    const [event] = await query<{ id: number }>('SELECT id FROM push_event');
    await one.module.get(PushInbox).process(event!.id);
    expect(one.jobs.jobs.map(({ name }) => name)).toContain('account-usable');
  });

  it('shows current sets and who granted or withdrew them when, the newest first', async () => {
    await query(
      "INSERT INTO invite (id, token_hash, platform_id, merchant_id, created_by, created_at, expires_at) VALUES ('inv_1', REPEAT('x', 32), ?, 'mer_1', 'usr_1', ?, ?)",
      [PLATFORM.id, clock.now(), new Date(clock.now().getTime() + HOUR_MS)],
    );
    await query(
      `INSERT INTO invite_click (invite_id, pre_auth_code_hash, created_at, expires_at) VALUES ('inv_1', UNHEX(SHA2('pre-1', 256)), ?, ?)`,
      [clock.now(), clock.now()],
    );
    wechat.on('api_query_auth', () => queryAuth(AT.appid, { sets: [2, 7] }));
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { sets: [2, 7] }));
    const granted = grantXml(clock.now(), { appid: AT.appid, code: 'code-1', preAuthCode: 'pre-1' });
    const { query: signed, body } = push(granted);
    await one.module.get(PushInbox).receive(PLATFORM.appid, signed, body);
    await one.module.get(PushInbox).process((await query<{ id: number }>('SELECT id FROM push_event'))[0]!.id);
    clock.advance(HOUR_MS);
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { sets: [2, 60_001] }));
    const [account] = await query<{ id: number; publicId: string }>('SELECT id, public_id AS publicId FROM account');
    await one.module.get(AccountReader).reread(account!.id);

    const read = (limit: number, cursor?: string) =>
      one.module.get(AccountPermissions).read(REACH, account!.publicId, { limit, cursor });
    const first = await read(2);
    expect(first.current.map(({ setId, name }) => [setId, name.zh])).toEqual([
      [2, '用户管理'],
      [60_001, '权限集 60001'],
    ]);
    expect(first.items).toMatchObject([
      { setId: 7, changeKind: 'withdrawn', source: 'info', inviteId: null, changedAt: clock.now() },
      { setId: 60_001, changeKind: 'granted', source: 'info', inviteId: null },
    ]);
    const rest = await read(50, first.nextCursor!);
    expect(rest.items).toMatchObject([
      { setId: 7, changeKind: 'granted', source: 'push', inviteId: 'inv_1' },
      { setId: 2, changeKind: 'granted', source: 'push', inviteId: 'inv_1' },
    ]);
    expect(rest.nextCursor).toBeNull();
    await query('DELETE FROM invite_click');
    await query('DELETE FROM invite');
    expect((await read(50)).items.map(({ inviteId }) => inviteId)).toEqual([null, null, null, null]);
  });

  it('gives an account nobody owns to a merchant of its provider, once', async () => {
    const id = await seedAccount(one, clock.now(), HOUR_MS);
    await query('UPDATE account SET merchant_id = NULL WHERE id = ?', [id]);
    const both = { ...REACH, providerIds: ['prv_1', 'prv_2'] };
    const assign = (merchant: string, reach = both) =>
      one.module.get(AccountAssignment).assign(reach, `acc_${AT.appid}`, merchant);
    await expect(assign('mer_9', REACH)).rejects.toMatchObject({ code: 'merchant_not_found' });
    await expect(assign('mer_9')).rejects.toMatchObject({ code: 'merchant_of_other_provider', kind: 'conflict' });
    expect(await assign('mer_1')).toMatchObject({ merchantId: 'mer_1' });
    expect(await assign('mer_1')).toMatchObject({ merchantId: 'mer_1' });
    await expect(assign('mer_2')).rejects.toMatchObject({ code: 'account_owned', kind: 'conflict' });
    await expect(assign('mer_1', { ...REACH, providerIds: ['prv_2'] })).rejects.toMatchObject({
      code: 'account_not_found',
    });
  });
});
