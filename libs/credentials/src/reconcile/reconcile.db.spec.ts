import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountDirectory } from '../accounts/account-directory';
import { AccountRepository } from '../accounts/account.repository';
import { FakeWechat, gate, info } from '../testing/fake-wechat';
import { AT, PLATFORM, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { AccountTokens } from '../tokens/account-tokens';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { ReconcileRequests } from './reconcile-requests';
import { ReconcileRunner } from './reconcile-runner';
import { ReconcileSchedule } from './reconcile-schedule';
import { ReconcileService } from './reconcile.service';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const LIST = 'api_get_authorizer_list';
const INFO = 'api_get_authorizer_info';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Told {
  readonly appid: string;
  readonly token: string;
  readonly at?: Date;
}

describe('reconcile runs', () => {
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
    for (const process of [one, two]) {
      process.jobs.jobs.length = 0;
      process.module.get(AccountTokens).forget(AT.platformId, AT.appid);
    }
  });

  const seconds = (at: Date) => Math.floor(at.getTime() / 1_000);
  /** WeChat lists these, page by page. */
  const list = (...accounts: Told[]) => {
    wechat.on(LIST, ({ offset, count }) => ({
      total_count: accounts.length,
      list: accounts.slice(Number(offset), Number(offset) + Number(count)).map(({ appid, token, at }) => ({
        authorizer_appid: appid,
        refresh_token: token,
        auth_time: seconds(at ?? new Date(clock.now().getTime() - HOUR_MS)),
      })),
    }));
  };
  /** Authorized an hour ago. */
  const account = (appid: string) => seedAccount(one, new Date(clock.now().getTime() - HOUR_MS), 2 * HOUR_MS, appid);
  const demand = (dryRun = false) => one.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', dryRun);
  const work = async (id: string, process = one) => {
    await process.module.get(ReconcileRunner).run(id);
    const { run, findings } = await process.module.get(ReconcileService).get(REACH, id);
    const found = findings.map(({ appid, action, because, outcome }) => [appid, action, because, outcome].join(' '));
    return { ...run, found: found.toSorted() };
  };
  const query = <T = any>(sql: string, params: unknown[] = []) => one.dataSource.query<T[]>(sql, params);
  const state = async (appid: string) => (await one.module.get(AccountRepository).find(PLATFORM.id, appid))?.state;
  const key = (appid: string) => ({ platformId: PLATFORM.id, appid });
  const refresh = async (appid: string) =>
    (await one.module.get(CredentialRepository).find(refreshTokenKey(key(appid))))?.token?.reveal() ?? null;
  const lose = (appid: string) =>
    query("DELETE FROM credential WHERE subject_appid = ? AND kind = 'refresh_token'", [appid]);
  const gateOf = async (id: number) => {
    const [found] = await one.module.get(AccountDirectory).inScope(REACH, { platform: PLATFORM.id });
    return (await one.module.get(AccountDirectory).fetchable([id])).get(id)?.gate ?? found?.gate;
  };
  const everything = async () =>
    JSON.stringify([
      await query('SELECT * FROM account ORDER BY id'),
      await query(
        'SELECT id, kind, subject_appid, version, suspect, retry_at FROM credential WHERE kind <> ? ORDER BY id',
        ['component_token'],
      ),
      await query('SELECT * FROM account_permission ORDER BY account_id, set_id'),
      await query('SELECT * FROM account_permission_history ORDER BY id'),
    ]);

  it('repairs from LIST alone, adopts with one INFO call, and asks INFO for what is not listed', async () => {
    for (const appid of ['wxgood', 'wxlost', 'wxother', 'wxgone']) await account(appid);
    await lose('wxlost');
    list(
      { appid: 'wxgood', token: 'rt-1' },
      { appid: 'wxlost', token: 'rt-lost' },
      { appid: 'wxother', token: 'rt-other' },
      { appid: 'wxnew', token: 'rt-new' },
      { appid: 'wxnever', token: '' },
      { appid: 'wxmini', token: 'rt-mini' },
    );
    wechat.on(INFO, ({ authorizer_appid: appid }) => {
      if (appid === 'wxgone') return { errcode: 61003, errmsg: 'component is not authorized by this account' };
      if (appid === 'wxmini') return info('wxmini', { profile: { MiniProgramInfo: {} } });
      return info(String(appid), {
        refreshToken: appid === 'wxnever' ? '' : `rt-${String(appid).slice(2)}`,
        sets: [1, 2],
      });
    });
    const run = await work(await demand());
    expect(run).toMatchObject({ state: 'done', cause: 'demand', error: null, attempts: 1 });
    expect(run.found).toEqual([
      'wxgone ask not_listed ended',
      'wxlost repair token_missing done',
      'wxmini adopt unknown_here not_kept',
      'wxnever adopt never_exchanged done',
      'wxnew adopt unknown_here done',
      'wxother repair token_changed done',
    ]);
    expect(run.counts).toMatchObject({
      listed: 6,
      stored: 4,
      inOrder: 1,
      repaired: 2,
      adopted: 2,
      ended: 1,
      infoCalls: 4,
    });
    expect([wechat.count(LIST), wechat.count(INFO)]).toEqual([1, 4]);
    expect(await Promise.all(['wxgood', 'wxlost', 'wxother', 'wxnew', 'wxnever', 'wxgone'].map(refresh))).toEqual([
      ...['rt-1', 'rt-lost', 'rt-other', 'rt-new', null, null],
    ]);
    expect(await Promise.all(['wxgone', 'wxnew', 'wxnever', 'wxmini'].map(state))).toEqual([
      ...['revoked', 'authorized', 'incomplete', undefined],
    ]);
    expect(
      await query(
        `SELECT h.set_id AS setId, h.source FROM account_permission_history h JOIN account a ON a.id = h.account_id
         WHERE a.appid = 'wxnew' ORDER BY h.id`,
      ),
    ).toEqual([
      { setId: 1, source: 'list' },
      { setId: 2, source: 'list' },
    ]);
    // The authorization we did not hear of killed the account token, too.
    const held = await one.module.get(CredentialRepository).find(accountTokenKey(key('wxother')));
    expect(held?.suspect).toBe(1);
    // Done once, there is nothing more to do.
    wechat.reset();
    list(
      { appid: 'wxgood', token: 'rt-1' },
      { appid: 'wxlost', token: 'rt-lost' },
      { appid: 'wxother', token: 'rt-other' },
    );
    await query("DELETE FROM account WHERE appid IN ('wxnew', 'wxnever')");
    clock.advance(1_000);
    expect(await work(await demand())).toMatchObject({ state: 'done', found: [] });
    expect(wechat.count(INFO)).toBe(0);
  });

  it('tells in a dry run what it would do, and does nothing of it', async () => {
    for (const appid of ['wxlost', 'wxgone']) await account(appid);
    await lose('wxlost');
    list({ appid: 'wxlost', token: 'rt-lost' }, { appid: 'wxnew', token: 'rt-new' });
    const before = await everything();
    const run = await work(await demand(true));
    expect(run).toMatchObject({ state: 'done', dryRun: true });
    expect(run.found).toEqual([
      'wxgone ask not_listed planned',
      'wxlost repair token_missing planned',
      'wxnew adopt unknown_here planned',
    ]);
    expect(await everything()).toBe(before);
    expect(wechat.count(INFO)).toBe(0);
    expect(one.jobs.jobs.map(({ name }) => name)).toEqual(['run-reconcile']);
  });

  it('does not touch what changed after it was read', async () => {
    for (const appid of ['wxa', 'wxb', 'wxc', 'wxd']) await account(appid);
    await lose('wxa');
    await lose('wxb');
    const [began, answer] = [gate(), gate()];
    wechat.on(LIST, async () => {
      began.open();
      await answer.passed;
      const auth_time = seconds(new Date(clock.now().getTime() - HOUR_MS));
      const told = ['wxa', 'wxb', 'wxc', 'wxnew'];
      return {
        total_count: 4,
        list: told.map((appid) => ({ authorizer_appid: appid, refresh_token: 'rt-listed', auth_time })),
      };
    });
    const running = work(await demand());
    await began.passed;
    // Meanwhile: a token is stored, an account is cancelled, one refreshed, one authorized anew, a new one connected.
    const credentials = one.module.get(CredentialRepository);
    const token = { token: new Secret('rt-meanwhile'), expiresAt: null };
    await credentials.put(one.dataSource.manager, refreshTokenKey(key('wxa')), token, clock.now());
    await query("UPDATE account SET state = 'revoked', event_time = ? WHERE appid = 'wxb'", [clock.now()]);
    await credentials.put(one.dataSource.manager, refreshTokenKey(key('wxc')), token, clock.now());
    await query("UPDATE account SET authorized_at = ? WHERE appid = 'wxd'", [clock.now()]);
    await account('wxnew');
    answer.open();
    const run = await running;
    expect(run.found).toEqual([
      'wxa repair token_missing left_alone',
      'wxb repair token_missing left_alone',
      'wxc repair token_changed left_alone',
      'wxd ask not_listed left_alone',
      'wxnew adopt unknown_here left_alone',
    ]);
    expect(await Promise.all(['wxa', 'wxb', 'wxc', 'wxd', 'wxnew'].map(refresh))).toEqual([
      ...['rt-meanwhile', null, 'rt-meanwhile', 'rt-1', 'rt-1'],
    ]);
    // INFO was asked for the one that was unknown; the one authorized meanwhile was not even asked for.
    expect(wechat.count(INFO)).toBe(1);
  });

  it('restores what WeChat lists as authorized, tells the gate, and wakes what waits', async () => {
    const back = await account('wxback');
    const again = await account('wxagain');
    await query("UPDATE account SET state = 'incomplete', incomplete_because = 'token_refused' WHERE id = ?", [again]);
    const cancelledAt = new Date(clock.now().getTime() - HOUR_MS / 2);
    await query("UPDATE account SET state = 'revoked', event_time = ?, revoked_at = ? WHERE id = ?", [
      ...[cancelledAt, cancelledAt, back],
    ]);
    await query('DELETE FROM account_permission WHERE account_id = ?', [back]);
    list(
      { appid: 'wxback', token: 'rt-back', at: new Date(cancelledAt.getTime() + 60_000) },
      { appid: 'wxagain', token: 'rt-again' },
    );
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid), { refreshToken: 'rt-back' }));
    const run = await work(await demand());
    expect(run.found).toEqual(['wxagain restore listed_again done', 'wxback restore authorized_since done']);
    expect(await Promise.all([gateOf(back), gateOf(again)])).toMatchObject([
      { state: 'authorized', setIds: [2] },
      { state: 'authorized', incompleteBecause: null },
    ]);
    expect(await Promise.all([refresh('wxback'), refresh('wxagain')])).toEqual(['rt-back', 'rt-again']);
    expect(wechat.count(INFO)).toBe(1);
    const woken = one.jobs.jobs.filter(({ name }) => name === 'account-usable').map(({ payload }) => payload);
    expect(woken).toEqual(expect.arrayContaining([{ accountId: back }, { accountId: again }]));
  });

  it('concludes nothing from a list that moves, and says so', async () => {
    await account('wxgone');
    let calls = 0;
    wechat.on(LIST, () => ({
      total_count: 3 + (calls++ % 2),
      list: [{ authorizer_appid: 'wxnew', refresh_token: 'rt-new', auth_time: 1 }],
    }));
    const run = await work(await demand());
    expect(run).toMatchObject({ state: 'partial', error: { code: 'authorizer_list_incomplete' } });
    expect(run.found).toEqual(['wxnew adopt unknown_here done']);
    expect(await state('wxgone')).toBe('authorized');
    expect(run.counts.listCalls).toBeLessThan(20);
  });

  it('reads on when pages overlap, until it has seen as many accounts as WeChat counts', async () => {
    const told = Array.from({ length: 1_200 }, (_, n) => `wx${n}`);
    let calls = 0;
    wechat.on(LIST, ({ offset, count }) => {
      // The first pass shows the second page twice; order changed in between.
      const from = ++calls === 1 ? 500 : Number(offset);
      return {
        total_count: 1_200,
        list: told
          .slice(from, from + Number(count))
          .map((appid) => ({ authorizer_appid: appid, refresh_token: '', auth_time: 1 })),
      };
    });
    const run = await work(await demand(true));
    expect(run).toMatchObject({ state: 'done', counts: { listed: 1_200, adopted: 1_200, listCalls: 6 } });
    expect(run.found).toHaveLength(300);
  });

  it('writes nothing when a page fails, and tries again later', async () => {
    await account('wxgone');
    await account('wxlost');
    await lose('wxlost');
    const told = Array.from({ length: 600 }, (_, n) => ({ appid: `wx${n}`, token: '' }));
    let isBroken = true;
    wechat.on(LIST, ({ offset }) => {
      if (Number(offset) > 0 && isBroken) return { errcode: -1, errmsg: 'system error rid: abc-1' };
      const page = told.slice(Number(offset), Number(offset) + 500);
      return {
        total_count: 600,
        list: page.map(({ appid }) => ({ authorizer_appid: appid, refresh_token: '', auth_time: 1 })),
      };
    });
    const before = await everything();
    const id = await demand();
    expect(await work(id)).toMatchObject({ state: 'waiting', attempts: 1, error: { code: 'wechat_-1' }, found: [] });
    expect(await everything()).toBe(before);
    // Too early: nothing happens.
    expect(await work(id)).toMatchObject({ attempts: 1 });
    for (let attempt = 2; attempt <= 5; attempt++) {
      clock.advance(2 * HOUR_MS);
      await one.module.get(ReconcileSchedule).sweep();
      expect(one.jobs.jobs.at(-1)).toMatchObject({ name: 'run-reconcile' });
      await work(id);
    }
    expect(await work(id)).toMatchObject({ state: 'failed', attempts: 5 });
    expect(await everything()).toBe(before);
    isBroken = false;
    clock.advance(1_000);
    expect(await work(await demand(true))).toMatchObject({ state: 'done', counts: { listed: 600 } });
  });

  it('leaves the rest to the next run when INFO’s quota is used up', async () => {
    const told = Array.from({ length: 60 }, (_, n) => ({ appid: `wxn${n}`, token: `rt-${n}` }));
    list(...told);
    let left = 20;
    wechat.on(INFO, ({ authorizer_appid: appid }) =>
      left-- > 0 ? info(String(appid)) : { errcode: 45009, errmsg: 'reach max api daily quota limit' },
    );
    const run = await work(await demand());
    expect(run).toMatchObject({ state: 'partial', counts: { adopted: 20 } });
    expect(['wechat_45009', 'component_call_parked']).toContain(run.error?.code);
    expect(wechat.count(INFO)).toBeLessThan(20 + 9);
    wechat.on(INFO, ({ authorizer_appid: appid }) => info(String(appid)));
    await query('DELETE FROM platform_pause');
    clock.advance(1_000);
    const rest = await work(await demand());
    expect(rest).toMatchObject({ state: 'done', counts: { adopted: 40 } });
  });

  it('is taken by one of many workers, and never beside another run of its platform', async () => {
    const hold = gate();
    wechat.on(LIST, async () => {
      await hold.passed;
      return { total_count: 0, list: [] };
    });
    const id = await demand();
    clock.advance(1);
    const other = await demand(true);
    const all = [one, two].flatMap((process) =>
      [id, id, other].map((run) => process.module.get(ReconcileRunner).run(run)),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(wechat.count(LIST)).toBe(1);
    hold.open();
    await Promise.all(all);
    expect(wechat.count(LIST)).toBe(1);
    const states = await query<{ state: string }>('SELECT state FROM reconcile_run ORDER BY state');
    expect(states.map((row) => row.state)).toEqual(['done', 'waiting']);
    await expect(demand(true)).rejects.toMatchObject({ code: 'reconcile_open', kind: 'conflict' });
  });

  it('goes to another worker when its holder died, which goes on where that one stopped', async () => {
    await account('wxlost');
    await lose('wxlost');
    list({ appid: 'wxlost', token: 'rt-lost' });
    const id = await demand();
    await query(
      `UPDATE reconcile_run SET state = 'running', attempts = 1, counts = '{"repaired":7}', lease_owner = 'dead',
         lease_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE id = ?`,
      [id],
    );
    await one.module.get(ReconcileSchedule).sweep();
    expect(await work(id, two)).toMatchObject({ state: 'running', attempts: 1 });
    await query('UPDATE reconcile_run SET lease_until = UTC_TIMESTAMP(3) WHERE id = ?', [id]);
    one.jobs.jobs.length = 0;
    await one.module.get(ReconcileSchedule).sweep();
    expect(one.jobs.jobs).toContainEqual({ name: 'run-reconcile', payload: { runId: id } });
    expect(await work(id, two)).toMatchObject({ state: 'done', attempts: 2, counts: { repaired: 8 } });
  });

  it('makes one daily run a platform, however many look, and none for days that are over', async () => {
    await query('UPDATE platform SET created_at = ?', [new Date(clock.now().getTime() - 40 * DAY_MS)]);
    const sweep = () =>
      Promise.all([one, two, one, two].map((process) => process.module.get(ReconcileSchedule).sweep()));
    const runs = () =>
      query<{ id: string; due: Date }>(
        "SELECT id, due_at AS due FROM reconcile_run WHERE cause = 'schedule' ORDER BY due_at",
      );
    await sweep();
    await sweep();
    expect(await runs()).toHaveLength(1);
    clock.advance(3 * DAY_MS);
    await sweep();
    const [first, second, ...more] = await runs();
    expect([second!.due.getTime() - first!.due.getTime(), more]).toEqual([3 * DAY_MS, []]);
    expect(second!.due <= clock.now()).toBe(true);
  });

  it('reads LIST once for many accounts whose refresh token is refused, before it calls them lost', async () => {
    const appids = ['wxr1', 'wxr2', 'wxr3', 'wxr4'];
    const ids = new Map<string, number>();
    for (const appid of appids)
      ids.set(appid, await seedAccount(one, new Date(clock.now().getTime() - HOUR_MS), 0, appid));
    wechat.on('api_authorizer_token', () => ({ errcode: 61023, errmsg: 'refresh_token is invalid' }));
    const tokens = one.module.get(AccountTokens);
    const ask = (appid: string) => tokens.get(PLATFORM.id, appid, PLATFORM.appid);
    await Promise.all(appids.map((appid) => expect(ask(appid)).rejects.toMatchObject({ code: 'authorization_lost' })));
    expect(wechat.count(LIST)).toBe(0);
    const runs = await query<{ id: string }>("SELECT id FROM reconcile_run WHERE cause = 'recovery'");
    expect(runs).toHaveLength(1);
    for (const id of ids.values()) expect(await gateOf(id)).toMatchObject({ incompleteBecause: 'token_checking' });

    list({ appid: 'wxr1', token: 'rt-better' }, { appid: 'wxr2', token: 'rt-1' }, { appid: 'wxr3', token: '' });
    wechat.on(INFO, () => ({ errcode: 61003, errmsg: 'component is not authorized by this account' }));
    const run = await work(runs[0]!.id);
    expect(run.found).toEqual([
      'wxr1 restore listed_again done',
      'wxr2 flag token_refused done',
      'wxr3 flag never_exchanged done',
      'wxr4 ask not_listed ended',
    ]);
    expect(wechat.count(LIST)).toBe(1);
    expect(await Promise.all(appids.map((appid) => gateOf(ids.get(appid)!)))).toMatchObject([
      { state: 'authorized', incompleteBecause: null },
      { state: 'incomplete', incompleteBecause: 'token_refused' },
      { state: 'incomplete', incompleteBecause: null },
      { state: 'revoked' },
    ]);
    // No ten-minute pause is left: the better token is used at once.
    wechat.on('api_authorizer_token', () => ({
      ...{ authorizer_access_token: 'new', expires_in: 7200, authorizer_refresh_token: 'rt-better' },
    }));
    expect((await ask('wxr1')).token.reveal()).toBe('new');
    // Trouble after the run began waits for the next ten minutes, once.
    const requests = one.module.get(ReconcileRequests);
    await Promise.all(appids.map(() => requests.recovery(PLATFORM.id)));
    expect(await query("SELECT id FROM reconcile_run WHERE cause = 'recovery'")).toHaveLength(2);
  });

  it('asks INFO once for what is not kept, and not for unknown accounts when it looks for tokens', async () => {
    list({ appid: 'wxmini', token: 'rt-mini' });
    wechat.on(INFO, () => info('wxmini', { profile: { MiniProgramInfo: {} } }));
    expect((await work(await demand())).found).toEqual(['wxmini adopt unknown_here not_kept']);
    clock.advance(1_000);
    expect(await work(await demand())).toMatchObject({ found: [], counts: { listed: 1, inOrder: 0, infoCalls: 0 } });
    expect(wechat.count(INFO)).toBe(1);
    await query('UPDATE other_kind_account SET told_at = ?', [new Date(clock.now().getTime() - 31 * DAY_MS)]);
    clock.advance(1_000);
    expect((await work(await demand())).found).toEqual(['wxmini adopt unknown_here not_kept']);

    list({ appid: 'wxmini', token: 'rt-mini' }, { appid: 'wxnew', token: 'rt-new' });
    await one.module.get(ReconcileRequests).recovery(PLATFORM.id);
    const [asked] = await query<{ id: string }>("SELECT id FROM reconcile_run WHERE cause = 'recovery'");
    expect(await work(asked!.id)).toMatchObject({ state: 'done', found: [] });
    expect(wechat.count(INFO)).toBe(2);
  });

  it('is given up when holder after holder dies of it', async () => {
    const id = await demand();
    await query(
      "UPDATE reconcile_run SET state = 'running', attempts = 8, lease_owner = 'dead', lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND",
    );
    await one.module.get(ReconcileRunner).run(id);
    const [run] = await query('SELECT state, lease_owner AS owner, error IS NOT NULL AS told FROM reconcile_run');
    expect(run).toEqual({ state: 'failed', owner: null, told: 1 });
  });

  it('makes no further recovery run while one waits', async () => {
    const recover = (process = one) => process.module.get(ReconcileRequests).recovery(PLATFORM.id);
    const runs = () => query<{ id: string; state: string }>('SELECT id, state FROM reconcile_run ORDER BY due_at, id');
    await Promise.all([recover(), recover(two), recover()]);
    const [first] = await runs();
    // LIST is parked for hours; its run waits.
    await query("UPDATE reconcile_run SET attempts = 1, try_at = ? WHERE state = 'waiting'", [
      new Date(clock.now().getTime() + 10 * HOUR_MS),
    ]);
    for (let n = 0; n < 6; n++) {
      clock.advance(HOUR_MS);
      await recover();
    }
    expect(await runs()).toEqual([{ id: first!.id, state: 'waiting' }]);
    // One that runs read its rows before this trouble began.
    await query(
      "UPDATE reconcile_run SET state = 'running', lease_owner = 'x', lease_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR",
    );
    await recover();
    await recover();
    expect(await runs()).toHaveLength(2);
    await query('DELETE FROM reconcile_run');
    await demand(true);
    await recover();
    expect(await runs()).toHaveLength(2);
  });

  it('calls no token refused that nobody refused', async () => {
    const id = await account('wxfresh');
    // Issued after a cancellation, and INFO was not read yet.
    await query("UPDATE account SET state = 'incomplete', incomplete_because = NULL WHERE id = ?", [id]);
    list({ appid: 'wxfresh', token: 'rt-1' });
    expect((await work(await demand())).found).toEqual(['wxfresh restore listed_again done']);
    expect(await gateOf(id)).toMatchObject({ state: 'authorized', incompleteBecause: null });
    expect(await refresh('wxfresh')).toBe('rt-1');
  });

  it('repairs a refresh token that does not open', async () => {
    await account('wxbad');
    await query(
      "UPDATE credential SET sealed = REVERSE(sealed) WHERE subject_appid = 'wxbad' AND kind = 'refresh_token'",
    );
    list({ appid: 'wxbad', token: 'rt-listed' });
    expect((await work(await demand())).found).toEqual(['wxbad repair token_missing done']);
    expect(await refresh('wxbad')).toBe('rt-listed');
  });

  it('shows runs to their provider alone, the newest first', async () => {
    list();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      clock.advance(1_000);
      ids.unshift(await demand());
      await work(ids[0]!);
    }
    const service = one.module.get(ReconcileService);
    const first = await service.list(REACH, PLATFORM.id, { limit: 2 });
    const rest = await service.list(REACH, PLATFORM.id, { limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    const theirs = { ...REACH, providerIds: ['prv_2'] };
    await expect(service.get(theirs, ids[0]!)).rejects.toMatchObject({ code: 'reconcile_not_found' });
    await expect(service.list(theirs, PLATFORM.id, { limit: 1 })).rejects.toMatchObject({ code: 'platform_not_found' });
  });
});
