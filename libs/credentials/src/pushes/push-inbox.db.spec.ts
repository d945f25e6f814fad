import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountDirectory } from '../accounts/account-directory';
import { AccountRepository } from '../accounts/account.repository';
import { ConnectService } from '../invites/connect.service';
import { InviteService } from '../invites/invite.service';
import { FakeWechat, gate, info, queryAuth } from '../testing/fake-wechat';
import { AT, PLATFORM, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { grantXml, otherXml, push, revokeXml, ticketXml } from '../testing/pushes';
import { TicketRepository } from '../tickets/ticket.repository';
import { AccountTokens } from '../tokens/account-tokens';
import { ComponentTokens } from '../tokens/component-tokens';
import { refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { PushInbox } from './push-inbox';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1_000);

describe('PushInbox', () => {
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
    wechat.on('api_query_auth', () => queryAuth(AT.appid));
    clock.advance(3_600_000);
    await seed(database.dataSource, clock.now());
    one.jobs.jobs.length = 0;
    // Rows were wiped under the processes: what they hold is of another test.
    for (const process of [one, two]) process.module.get(AccountTokens).forget(AT.platformId, AT.appid);
  });

  const receive = (xml: string, overrides = {}, appid: string = PLATFORM.appid) => {
    const { query, body } = push(xml, overrides);
    return one.module.get(PushInbox).receive(appid, query, body);
  };
  const rows = () =>
    one.dataSource.query<{ id: number; outcome: string | null }[]>('SELECT id, outcome FROM push_event ORDER BY id');
  const work = async (process = one) => {
    for (const { id } of await rows()) await process.module.get(PushInbox).process(id);
    return (await rows()).map(({ outcome }) => outcome);
  };
  const account = () => one.module.get(AccountRepository).find(AT.platformId, AT.appid);
  const grant = (at: Date, code = 'code-1', preAuthCode?: string) =>
    grantXml(at, { appid: AT.appid, code, ...(preAuthCode === undefined ? {} : { preAuthCode }) });
  const invite = async (merchantId = 'mer_1') => {
    const { url } = await one.module.get(InviteService).create(REACH, { merchantId, createdBy: 'usr_1' });
    return url.split('/').at(-1)!;
  };
  const callback = (token: string, code: string, process = one) =>
    process.module.get(ConnectService).callback(token, new Secret(code));

  it.each([
    [
      'a wrong signature',
      { token: 'another' },
      PLATFORM.appid,
      { kind: 'denied', code: 'callback_signature_mismatch' },
    ],
    ['an unknown platform', {}, 'wxnobody', { kind: 'not_found', code: 'platform_unknown' }],
  ])('refuses %s and stores nothing', async (_name, overrides, appid, expected) => {
    await expect(receive(ticketXml('t', clock.now()), overrides, appid)).rejects.toMatchObject(expected);
    expect(await rows()).toEqual([]);
  });

  it('stores a message once, however often WeChat repeats it', async () => {
    const xml = grant(clock.now());
    await Promise.all([receive(xml), receive(xml), receive(xml, { nonce: '43' })]);
    expect(await rows()).toHaveLength(1);
    expect(one.jobs.jobs).toEqual([{ name: 'process-push-event', payload: { pushEventId: (await rows())[0]!.id } }]);
  });

  it('takes tickets at once: the newest by WeChat’s time counts, four are kept, a replayed one does not', async () => {
    const now = clock.now();
    for (const n of [1, 2, 5, 3, 4]) await receive(ticketXml(`ticket-${n}`, later(now, n)));
    await receive(ticketXml('replayed', later(now, -13 * 3_600)));
    expect((await one.module.get(TicketRepository).findNewest(PLATFORM.id, later(now, -1)))?.reveal()).toBe('ticket-5');
    expect(await one.dataSource.query('SELECT COUNT(*) AS n FROM ticket')).toEqual([{ n: 4 }]);
    expect(one.jobs.jobs).toEqual([]);
    expect((await work()).at(-1)).toBe('ticket_stale');
  });

  it('lets a new ticket end the pause that a refused one began', async () => {
    wechat.on('api_component_token', () => ({ errcode: 61006, errmsg: 'component ticket is invalid' }));
    const tokens = one.module.get(ComponentTokens);
    await one.dataSource.query("DELETE FROM credential WHERE kind = 'component_token'");
    clock.advance(2 * 3_600_000);
    await expect(tokens.get(PLATFORM.id)).rejects.toMatchObject({ code: 'wechat_61006' });
    await expect(tokens.get(PLATFORM.id)).rejects.toMatchObject({ code: 'token_cooling_down' });
    expect(wechat.count('api_start_push_ticket')).toBe(1);
    wechat.on('api_component_token', () => ({ component_access_token: 'good', expires_in: 7200 }));
    await receive(ticketXml('ticket-new', clock.now()));
    expect((await tokens.get(PLATFORM.id)).token.reveal()).toBe('good');
  });

  it('keeps no secret in clear', async () => {
    await receive(ticketXml('ticket-CLEAR', clock.now()));
    await receive(grant(clock.now(), 'code-CLEAR'));
    await work();
    const tables = ['push_event', 'ticket', 'credential', 'authorization_code', 'platform_secret'];
    for (const table of tables) {
      const text = JSON.stringify(await one.dataSource.query(`SELECT * FROM ${table}`), (_key, value: unknown) =>
        value !== null && typeof value === 'object' && 'data' in value
          ? Buffer.from(value.data as number[]).toString('latin1')
          : value,
      );
      expect(text.length).toBeGreaterThan(2);
      expect(text).not.toMatch(/CLEAR|qt-1|rt-1|app-secret|callbacktoken/);
    }
    expect(JSON.stringify(one.jobs.jobs)).not.toMatch(/CLEAR/);
  });

  it('notes what it does not act on', async () => {
    await receive(otherXml(clock.now()));
    expect(await work()).toEqual(['ignored']);
  });

  it('sweeps up what was stored but not worked off', async () => {
    await receive(grant(clock.now()));
    one.jobs.jobs.length = 0;
    expect(await one.module.get(PushInbox).sweep()).toBe(0);
    clock.advance(10_000);
    expect(await one.module.get(PushInbox).sweep()).toBe(1);
    expect(await work()).toEqual(['authorized']);
    expect(await one.module.get(PushInbox).sweep()).toBe(0);
  });

  it('stores an authorization that no invite announced, without an owner', async () => {
    await receive(grant(clock.now()));
    expect(await work()).toEqual(['authorized']);
    expect(await account()).toMatchObject({ state: 'authorized', merchantId: null, kind: 'official_account' });
    const { token } = await one.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
    expect(token.reveal()).toBe('qt-1');
  });

  it('ties a push to its merchant when the redirect is lost', async () => {
    const url = new URL(await one.module.get(ConnectService).click(await invite('mer_2'), 'desktop'));
    await receive(grant(clock.now(), 'code-1', url.searchParams.get('pre_auth_code')!));
    expect(await work()).toEqual(['authorized']);
    expect(await account()).toMatchObject({ merchantId: 'mer_2' });
  });

  it('exchanges a code once between redirect and push, in two processes at the same time', async () => {
    const token = await invite();
    wechat.on(
      'api_query_auth',
      async () => (await new Promise((resolve) => setTimeout(resolve, 150)), queryAuth(AT.appid)),
    );
    await receive(grant(clock.now()));
    const [page, outcomes] = await Promise.all([callback(token, 'code-1', two), work()]);
    expect(page).toMatchObject({ setGranted: true, ownedByOther: false, gate: { open: true } });
    expect(outcomes).toEqual(['authorized']);
    expect(wechat.count('api_query_auth')).toBe(1);
    expect(await account()).toMatchObject({ merchantId: 'mer_1' });
    expect(await callback(token, 'code-1')).toMatchObject({ setGranted: true });
    expect(wechat.count('api_query_auth')).toBe(1);
  });

  it('recalls through INFO what a spent code stood for, when its answer was lost', async () => {
    wechat.on('api_query_auth', () => ({ errcode: 61010, errmsg: 'code is expired' }));
    wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-7', sets: [2, 3] }));
    const token = await invite();
    await expect(callback(token, 'code-1')).rejects.toMatchObject({ code: 'authorization_code_expired' });
    await receive(grant(clock.now()));
    expect(await work()).toEqual(['authorized']);
    expect((await one.module.get(CredentialRepository).find(refreshTokenKey(AT)))?.token?.reveal()).toBe('rt-7');
    expect(await callback(token, 'code-1')).toMatchObject({ setGranted: true });
  });

  it('keeps the tokens when INFO fails', async () => {
    wechat.on('api_get_authorizer_info', () => ({ errcode: -1, errmsg: 'system error' }));
    await receive(grant(clock.now()));
    expect(await work()).toEqual(['authorized']);
    expect(await account()).toMatchObject({ state: 'authorized', kind: 'unknown' });
  });

  it('keeps no mini program', async () => {
    wechat.on('api_get_authorizer_info', () => info(AT.appid, { profile: { MiniProgramInfo: {} } }));
    const token = await invite();
    await receive(grant(clock.now()));
    expect(await work()).toEqual(['mini_program_not_supported']);
    await expect(callback(token, 'code-1')).rejects.toMatchObject({ code: 'mini_program_not_supported' });
    expect(await account()).toBeNull();
    expect(await one.dataSource.query("SELECT id FROM credential WHERE kind <> 'component_token'")).toEqual([]);
    expect(wechat.count('api_query_auth')).toBe(1);
  });

  it('leaves an account with its first owner', async () => {
    await callback(await invite('mer_1'), 'code-1');
    wechat.on('api_query_auth', () => queryAuth(AT.appid, { n: 2 }));
    expect(await callback(await invite('mer_2'), 'code-2')).toMatchObject({ ownedByOther: true });
    expect(await account()).toMatchObject({ merchantId: 'mer_1' });
    const { token } = await one.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
    expect(token.reveal()).toBe('qt-2');
  });

  it('writes which sets came and went', async () => {
    wechat.on('api_query_auth', ({ authorization_code: code }) =>
      queryAuth(AT.appid, code === 'code-1' ? { sets: [2, 3] } : { sets: [3, 7] }),
    );
    wechat.on('api_get_authorizer_info', () => ({ errcode: -1, errmsg: 'system error' }));
    await receive(grant(clock.now()));
    await work();
    clock.advance(5_000);
    await receive(grantXml(clock.now(), { appid: AT.appid, code: 'code-2', infoType: 'updateauthorized' }));
    await work();
    const history = await one.dataSource.query(
      'SELECT set_id AS s, change_kind AS k FROM account_permission_history ORDER BY id',
    );
    expect(history).toEqual([
      { s: 2, k: 'granted' },
      { s: 3, k: 'granted' },
      { s: 7, k: 'granted' },
      { s: 2, k: 'withdrawn' },
    ]);
  });

  it('tells a code WeChat does not know from one that ran out', async () => {
    wechat.on('api_query_auth', () => ({ errcode: 61009, errmsg: 'code is invalid' }));
    const token = await invite();
    await expect(callback(token, 'bad')).rejects.toMatchObject({ code: 'authorization_code_invalid' });
    await expect(callback(token, 'bad')).rejects.toMatchObject({ code: 'authorization_code_invalid' });
    expect(wechat.count('api_query_auth')).toBe(1);
  });

  describe('unauthorized', () => {
    const standing = () => seedAccount(one, later(clock.now(), -86_400), 90_000_000);
    const revoke = async (at: Date) => {
      await receive(revokeXml(at, AT.appid));
      return (await work()).at(-1);
    };

    it('erases both tokens and withdraws the sets', async () => {
      const id = await standing();
      expect(await revoke(later(clock.now(), 5))).toBe('revoked');
      expect(wechat.count('api_get_authorizer_info')).toBe(0);
      expect(await account()).toMatchObject({ state: 'revoked' });
      const sealed = await one.dataSource.query('SELECT sealed FROM credential WHERE subject_appid = ?', [AT.appid]);
      expect(sealed).toEqual([{ sealed: null }, { sealed: null }]);
      const known = (await one.module.get(AccountDirectory).fetchable([id])).get(id);
      expect(known?.gate).toMatchObject({ state: 'revoked', setIds: [] });
      expect(await revoke(later(clock.now(), 6))).toBe('already_revoked');
    });

    it('is checked with INFO when it is older than the grant that stands', async () => {
      await seedAccount(one, clock.now(), 3_600_000);
      expect(await revoke(later(clock.now(), -600))).toBe('authorized_meanwhile');
      expect(await account()).toMatchObject({ state: 'authorized' });
    });

    it.each([
      ['authorized_meanwhile', () => info(AT.appid), 'authorized'],
      ['revoked', () => ({ errcode: 61003, errmsg: 'component is not authorized by this account' }), 'revoked'],
    ])('asks INFO when both fall into one second: %s', async (outcome, answer, state) => {
      await seedAccount(one, clock.now(), 3_600_000);
      wechat.on('api_get_authorizer_info', answer);
      expect(await revoke(clock.now())).toBe(outcome);
      expect(await account()).toMatchObject({ state });
    });

    it('is not undone by a grant that came before it and arrives after', async () => {
      await standing();
      expect(await revoke(later(clock.now(), 60))).toBe('revoked');
      wechat.on('api_get_authorizer_info', () => ({ errcode: 61003, errmsg: 'not authorized' }));
      await receive(grant(later(clock.now(), 30)));
      expect((await work()).at(-1)).toBe('stale');
      expect(await account()).toMatchObject({ state: 'revoked' });
      expect(wechat.count('api_query_auth')).toBe(0);
    });

    it('is undone by an authorization that comes after it', async () => {
      await standing();
      await revoke(later(clock.now(), 5));
      await receive(grant(later(clock.now(), 11)));
      expect((await work()).at(-1)).toBe('authorized');
      expect(await account()).toMatchObject({ state: 'authorized' });
    });
  });

  it('lets WeChat push again when MySQL cannot store', async () => {
    const held = gate();
    const spy = jest.spyOn(one.dataSource, 'query').mockImplementation(async () => {
      await held.passed;
      throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    });
    held.open();
    await expect(receive(otherXml(clock.now()))).rejects.toMatchObject({ kind: 'unavailable' });
    spy.mockRestore();
  });
});
