import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountRevocation } from '../accounts/account-revocation';
import { AccountRepository } from '../accounts/account.repository';
import { FakeWechat, gate, info } from '../testing/fake-wechat';
import { AT, box, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { AccountTokens } from './account-tokens';
import { accountTokenKey, refreshTokenKey } from './credential-keys';
import { CredentialRepository } from './credential.repository';
import { TokenKeeper } from './token-keeper';
import { TokenTimings } from './token-timings';

const REFRESH = 'api_authorizer_token';
const MINUTE = 60_000;

describe('AccountTokens', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
  }, 60_000);
  afterAll(async () => {
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    clock.set('2026-01-15T02:00:00.000Z');
    await seed(database.dataSource, clock.now());
    one = await startProcess(database.url, wechat.origin, clock);
    two = await startProcess(database.url, wechat.origin, clock);
  });
  afterEach(() => Promise.all([one.close(), two.close()]));

  const get = (process: Process) => process.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
  const reject = (process: Process, version: number) =>
    process.module.get(AccountTokens).rejected(AT.platformId, AT.appid, version);
  const settle = (process: Process) => process.module.get(TokenKeeper).settled();
  const stored = (kind: 'account' | 'refresh' = 'account') =>
    one.module.get(CredentialRepository).find(kind === 'account' ? accountTokenKey(AT) : refreshTokenKey(AT));
  const slowly = async (ms = 150) => new Promise((resolve) => setTimeout(resolve, ms));
  const fresh = { authorizer_access_token: 'new', expires_in: 7200, authorizer_refresh_token: 'rt-2' };
  const refused = (errcode: number) => ({ errcode, errmsg: `refused rid: 1` });

  it('turns 200 callers at expiry into one refresh, and one component token', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, async () => (await slowly(), fresh));
    const query = jest.spyOn(one.dataSource, 'query');
    const held = await Promise.all(Array.from({ length: 200 }, () => get(one)));
    expect(new Set(held.map(({ token }) => token.reveal()))).toEqual(new Set(['new']));
    expect([wechat.count(REFRESH), wechat.count('api_component_token')]).toEqual([1, 1]);
    // Callers of one process share one run: the row is read for one of them, not for each.
    expect(query.mock.calls.length).toBeLessThan(50);
    expect((await stored('refresh'))?.token?.reveal()).toBe('rt-2');
  });

  it('turns callers in two processes into one refresh', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, async () => (await slowly(), fresh));
    const held = await Promise.all([one, two].flatMap((p) => Array.from({ length: 20 }, () => get(p))));
    expect(new Set(held.map(({ token }) => token.reveal()))).toEqual(new Set(['new']));
    expect(wechat.count(REFRESH)).toBe(1);
  });

  it('serves the old token while the new one is fetched', async () => {
    await seedAccount(one, clock.now(), 5 * MINUTE);
    const answer = gate();
    wechat.on(REFRESH, async () => (await answer.passed, fresh));
    expect((await get(one)).token.reveal()).toBe('old');
    expect((await get(two)).token.reveal()).toBe('old');
    answer.open();
    await Promise.all([settle(one), settle(two)]);
    for (const process of [one, two]) {
      // What was read while the other process held the lease is kept for seconds.
      process.module.get(TokenKeeper).forget(accountTokenKey(AT));
      expect((await get(process)).token.reveal()).toBe('new');
    }
    expect(wechat.count(REFRESH)).toBe(1);
  });

  it('serves the old token when a refresh fails, and lets WeChat alone for a while', async () => {
    await seedAccount(one, clock.now(), 5 * MINUTE);
    wechat.on(REFRESH, () => refused(-1));
    for (let i = 0; i < 5; i++) {
      expect((await get(one)).token.reveal()).toBe('old');
      await settle(one);
      expect((await get(two)).token.reveal()).toBe('old');
      await settle(two);
    }
    expect(wechat.count(REFRESH)).toBe(1);
    clock.advance(61_000);
    one.module.get(TokenKeeper).forget(accountTokenKey(AT));
    await get(one);
    await settle(one);
    expect(wechat.count(REFRESH)).toBe(2);
  });

  it('refuses at once, without asking WeChat, while a failure cools down and nothing can be served', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, () => refused(-1));
    await expect(get(one)).rejects.toMatchObject({ code: 'wechat_-1' });
    await expect(get(two)).rejects.toMatchObject({ kind: 'unavailable', code: 'token_cooling_down' });
    expect(wechat.count(REFRESH)).toBe(1);
  });

  it('refreshes once however often the same version is rejected', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    const { version } = await get(one);
    await get(two);
    await Promise.all([reject(one, version), reject(two, version), reject(one, version)]);
    const [first, second] = await Promise.all([get(one), get(two)]);
    expect([first.token.reveal(), second.token.reveal()]).toEqual(['at-1', 'at-1']);
    await reject(two, version);
    expect((await get(two)).token.reveal()).toBe('at-1');
    expect(wechat.count(REFRESH)).toBe(1);
  });

  it('does not bring a rejected token back when a read was under way', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    const early = get(one);
    await reject(one, 1);
    await early;
    expect((await get(one)).token.reveal()).toBe('at-1');
  });

  it('does not loop when every token is rejected', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    await reject(one, (await get(one)).version);
    await reject(one, (await get(one)).version);
    await expect(get(one)).rejects.toMatchObject({ code: 'token_cooling_down' });
    expect(wechat.count(REFRESH)).toBe(1);
    clock.advance(11_000);
    expect((await get(one)).token.reveal()).toBe('at-2');
    // The next one waits longer, and one that lives to its end makes all good again.
    await reject(one, (await get(one)).version);
    clock.advance(11_000);
    await expect(get(one)).rejects.toMatchObject({ code: 'token_cooling_down' });
    clock.advance(30_000);
    expect((await get(one)).token.reveal()).toBe('at-3');
    expect(await stored()).toMatchObject({ rejections: 3, suspect: 0 });
    clock.advance(7_200_000);
    await get(one);
    expect(await stored()).toMatchObject({ rejections: 0, retryAt: null });
  });

  it('bounds the refreshes of a day when somebody else refreshes the same tokens', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const held = await get(one).catch(() => null);
      if (held) await reject(one, held.version);
      clock.advance(5 * MINUTE);
    }
    expect(wechat.count(REFRESH)).toBeGreaterThan(40);
    expect(wechat.count(REFRESH)).toBeLessThan(110);
    const counted = await one.dataSource.query<{ name: string; n: number }[]>(
      "SELECT name, CAST(SUM(count) AS SIGNED) AS n FROM platform_counter WHERE name = 'account_token_rejected' GROUP BY name",
    );
    expect(counted).toEqual([{ name: 'account_token_rejected', n: wechat.count(REFRESH) }]);
  }, 30_000);

  it('does not refresh a short-lived token all the time', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, () => ({ ...fresh, expires_in: 300 }));
    for (let second = 0; second < 300; second += 10) {
      await get(one);
      await settle(one);
      one.module.get(TokenKeeper).forget(accountTokenKey(AT));
      clock.advance(10_000);
    }
    expect(wechat.count(REFRESH)).toBe(2);
  });

  it.each([
    ['no lifetime', { authorizer_access_token: 'odd', authorizer_refresh_token: 'rt-odd' }],
    ['a lifetime of 0', { authorizer_access_token: 'odd', expires_in: 0, authorizer_refresh_token: 'rt-odd' }],
    ['an empty token', { authorizer_access_token: '', expires_in: 7200, authorizer_refresh_token: 'rt-odd' }],
    ['a page', '<html>busy</html>'],
  ])('stores nothing of an answer with %s, and serves the old token on', async (_name, odd) => {
    await seedAccount(one, clock.now(), 5 * MINUTE);
    wechat.on(REFRESH, () => odd);
    expect((await get(one)).token.reveal()).toBe('old');
    await settle(one);
    expect(await stored()).toMatchObject({ version: 1, suspect: 0 });
    expect((await stored('refresh'))?.token?.reveal()).toBe('rt-1');
    expect((await get(two)).token.reveal()).toBe('old');
    await settle(two);
    expect(wechat.count(REFRESH)).toBe(1);
  });

  it('does not believe a lifetime beyond a day', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, () => ({ ...fresh, expires_in: Number.MAX_SAFE_INTEGER }));
    expect((await get(one)).token.reveal()).toBe('new');
    expect((await stored())?.expiresAt).toEqual(new Date(clock.now().getTime() + 86_400_000));
  });

  it('fences off a late writer, keeps the newer token and makes it suspect', async () => {
    await seedAccount(one, clock.now(), 0);
    const answer = gate();
    wechat.on(REFRESH, async () =>
      wechat.count(REFRESH) === 1 ? (await answer.passed, fresh) : { ...fresh, authorizer_access_token: 'third' },
    );
    const late = get(one);
    await slowly(200);
    // As an exchange does: what stands there is replaced whatever a refresh in flight will bring.
    const credentials = one.module.get(CredentialRepository);
    const newer = {
      token: (await stored('refresh'))!.token!,
      expiresAt: new Date(clock.now().getTime() + 60 * MINUTE),
    };
    await credentials.put(one.dataSource.manager, accountTokenKey(AT), newer, clock.now());
    answer.open();
    expect((await late).token.reveal()).toBe('third');
    expect(wechat.count(REFRESH)).toBe(2);
    expect(await stored()).toMatchObject({ version: 3, suspect: 0 });
    expect((await stored('refresh'))?.token?.reveal()).toBe('rt-2');
  });

  it('gives the newer token to callers of a refresh that was lost, and makes it suspect', async () => {
    await seedAccount(one, clock.now(), 0);
    const answer = gate();
    // The call may have reached WeChat after the other one: then WeChat kept a token that nobody has.
    wechat.on(REFRESH, async () =>
      wechat.count(REFRESH) === 1 ? (await answer.passed, 'no answer') : { ...fresh, authorizer_access_token: 'third' },
    );
    const late = get(one);
    await slowly(200);
    const newer = { token: new Secret('newer'), expiresAt: new Date(clock.now().getTime() + 60 * MINUTE) };
    const issuedAt = new Date(clock.now().getTime() - 60 * MINUTE);
    await one.module.get(CredentialRepository).put(one.dataSource.manager, accountTokenKey(AT), newer, issuedAt);
    answer.open();
    expect((await late).token.reveal()).toBe('third');
    expect(wechat.count(REFRESH)).toBe(2);
    expect(await stored()).toMatchObject({ version: 3, suspect: 0, retryAt: null });
  });

  it('gives a revoked account no token, although a refresh was in flight', async () => {
    await seedAccount(one, clock.now(), 0);
    const answer = gate();
    wechat.on(REFRESH, async () => (await answer.passed, fresh));
    wechat.on('api_get_authorizer_info', () => refused(61003));
    const late = get(one);
    await slowly(200);
    const account = await one.module.get(AccountRepository).find(AT.platformId, AT.appid);
    await one.module.get(AccountRevocation).revoke(account!, clock.now(), 'push');
    answer.open();
    await expect(late).rejects.toMatchObject({ kind: 'denied', code: 'authorization_lost' });
    expect([(await stored())?.token, (await stored('refresh'))?.token]).toEqual([null, null]);
    expect((await one.module.get(AccountRepository).find(AT.platformId, AT.appid))?.state).toBe('revoked');
  });

  it('replaces a holder that died, once its lease is over', async () => {
    const quick = new TokenTimings(500, 200);
    await two.close();
    two = await startProcess(database.url, wechat.origin, clock, quick);
    await seedAccount(one, clock.now(), 0);
    const dead = await one.dataSource.query<{ affectedRows: number }>(
      "UPDATE credential SET lease_owner = 'dead', lease_until = UTC_TIMESTAMP(3) + INTERVAL 600000 MICROSECOND WHERE kind = 'account_token'",
    );
    expect(dead.affectedRows).toBe(1);
    const start = Date.now();
    expect((await get(two)).token.reveal()).toBe('at-1');
    expect(Date.now() - start).toBeLessThan(quick.waitMs);
  });

  it('buys a new component token when WeChat refuses the one at hand, and repeats once', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, (_body, token) => (token === 'ct-1' ? refused(40001) : fresh));
    expect((await get(one)).token.reveal()).toBe('new');
    expect([wechat.count(REFRESH), wechat.count('api_component_token')]).toEqual([2, 2]);
  });

  it('parks the call for the whole platform when its quota is used up', async () => {
    await seedAccount(one, clock.now(), 0);
    await seedAccount(one, clock.now(), 0, 'wxother');
    wechat.on(REFRESH, () => refused(45009));
    await expect(get(one)).rejects.toMatchObject({ kind: 'limited' });
    const other = two.module.get(AccountTokens).get(AT.platformId, 'wxother', AT.componentAppid);
    await expect(other).rejects.toMatchObject({ code: 'component_call_parked' });
    expect(wechat.count(REFRESH)).toBe(1);
  });

  describe('a refresh token WeChat refuses (61023)', () => {
    beforeEach(() => {
      wechat.on(REFRESH, ({ authorizer_refresh_token: sent }) => (sent === 'rt-9' ? fresh : refused(61023)));
    });

    it('is replaced by the one INFO tells, and tried once more', async () => {
      await seedAccount(one, clock.now(), 0);
      wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-9' }));
      expect((await get(one)).token.reveal()).toBe('new');
      expect(wechat.count(REFRESH)).toBe(2);
    });

    it('is read again when our row was wiped', async () => {
      await seedAccount(one, clock.now(), 0);
      await one.dataSource.query("DELETE FROM credential WHERE kind = 'refresh_token'");
      wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-9' }));
      expect((await get(one)).token.reveal()).toBe('new');
    });

    it.each([
      ['the same one', () => info(AT.appid)],
      ['none', () => info(AT.appid, { refreshToken: '' })],
      ['no authorization', () => refused(61003)],
    ])('means the merchant must act when INFO tells %s', async (_name, answer) => {
      await seedAccount(one, clock.now(), 0);
      wechat.on('api_get_authorizer_info', answer);
      const lost = { kind: 'denied', code: 'authorization_lost' };
      await expect(get(one)).rejects.toMatchObject(lost);
      await expect(get(one)).rejects.toMatchObject(lost);
      await expect(get(two)).rejects.toMatchObject(lost);
      expect([wechat.count(REFRESH), wechat.count('api_get_authorizer_info')]).toEqual([1, 1]);
      expect((await one.module.get(AccountRepository).find(AT.platformId, AT.appid))?.state).toBe('incomplete');
    });
  });

  it('marks no account whose grant was stored while its refused token was looked for', async () => {
    const id = await seedAccount(one, clock.now(), 0);
    const accounts = one.module.get(AccountRepository);
    const row = () => accounts.find(AT.platformId, AT.appid);
    const { version } = (await stored('refresh'))!;
    const grant = { token: new Secret('rt-grant'), expiresAt: null };
    await one.module.get(CredentialRepository).put(one.dataSource.manager, refreshTokenKey(AT), grant, clock.now());
    await accounts.markIncomplete(AT.platformId, AT.appid, 'token_checking', version);
    expect(await row()).toMatchObject({ state: 'authorized', incompleteBecause: null });
    await accounts.markIncomplete(AT.platformId, AT.appid, 'token_checking', null);
    expect(await row()).toMatchObject({ state: 'authorized', incompleteBecause: null });
    await accounts.markIncomplete(AT.platformId, AT.appid, 'token_checking', version + 1);
    expect(await row()).toMatchObject({ state: 'incomplete', incompleteBecause: 'token_checking' });
    // There may be no row at all.
    await accounts.markComplete(AT.platformId, AT.appid);
    await one.dataSource.query("DELETE FROM credential WHERE kind = 'refresh_token'");
    await accounts.markIncomplete(AT.platformId, AT.appid, 'token_checking', null);
    expect(await row()).toMatchObject({ id, state: 'incomplete' });
  });

  it('never overwrites a refresh token with nothing', async () => {
    await seedAccount(one, clock.now(), 0);
    wechat.on(REFRESH, () => ({ authorizer_access_token: 'new', expires_in: 7200, authorizer_refresh_token: '' }));
    await get(one);
    expect((await stored('refresh'))?.token?.reveal()).toBe('rt-1');
  });

  it('asks MySQL nothing while a token is held', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    await get(one);
    const query = jest.spyOn(one.dataSource, 'query');
    await Promise.all(Array.from({ length: 50 }, () => get(one)));
    expect(query).not.toHaveBeenCalled();
  });

  it('does not open a ciphertext that was moved to another row', async () => {
    await seedAccount(one, clock.now(), 60 * MINUTE);
    await seedAccount(one, clock.now(), 60 * MINUTE, 'wxother');
    await one.dataSource.query(
      `UPDATE credential a JOIN credential b ON b.kind = a.kind AND b.subject_appid = 'wxother'
       SET a.sealed = b.sealed WHERE a.subject_appid = ? AND a.kind = 'account_token'`,
      [AT.appid],
    );
    const raw = async (appid: string) => {
      const [row] = await one.dataSource.query<{ keyId: string; bytes: Buffer }[]>(
        "SELECT key_id AS keyId, sealed AS bytes FROM credential WHERE subject_appid = ? AND kind = 'account_token'",
        [appid],
      );
      return () => box.open(row!, ['credential', AT.platformId, appid, 'account_token']);
    };
    expect(await raw(AT.appid)).toThrow('sealed_value_invalid');
    // What does not open is as good as lost: it is never served, and replaced.
    expect((await get(one)).token.reveal()).toBe('at-1');
    expect((await raw(AT.appid))().reveal()).toBe('at-1');
    await one.dataSource.query(
      `UPDATE credential a JOIN credential b ON b.subject_appid = a.subject_appid AND b.kind = 'refresh_token'
       SET a.sealed = b.sealed WHERE a.subject_appid = 'wxother' AND a.kind = 'account_token'`,
    );
    expect(await raw('wxother')).toThrow('sealed_value_invalid');
    const other = one.module.get(AccountTokens).get(AT.platformId, 'wxother', AT.componentAppid);
    expect((await other).token.reveal()).toBe('at-2');
    expect(wechat.count(REFRESH)).toBe(2);
  });
});
