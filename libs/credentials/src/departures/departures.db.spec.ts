import { type Leaving, type Removal } from '@app/tenants';
import { AccountScopes } from '../accounts/account-scopes';
import { Adoption } from '../reconcile/adoption';
import { MessageInbox } from '../messages/message-inbox';
import { ReconcileRequests } from '../reconcile/reconcile-requests';
import { ReconcileRunner } from '../reconcile/reconcile-runner';
import { ReconcileService } from '../reconcile/reconcile.service';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { gate, info, queryAuth } from '../testing/fake-wechat';
import { AT, PLATFORM, seedAccount } from '../testing/harness';
import { grantXml, push, revokeXml } from '../testing/pushes';
import { AccountTokens } from '../tokens/account-tokens';
import { CredentialRemains } from './credential-remains';

jest.setTimeout(30_000);

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const EXCHANGE = 'api_query_auth';
const REFRESH = 'api_authorizer_token';
const DAY_S = 86_400;

describe('an account whose merchant left', () => {
  let desk: AuthorizationDesk;
  let remains: CredentialRemains;

  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
    remains = desk.one.module.get(CredentialRemains);
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.sql('DELETE FROM merchant_purge');
    await desk.reset();
    await seedAccount(desk.one, desk.at(-DAY_S), 90_000_000);
    desk.wechat.on(EXCHANGE, () => queryAuth(AT.appid, { refreshToken: 'rt-new' }));
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-new' }));
    desk.wechat.on('api_get_authorizer_list', () => ({
      total_count: 1,
      list: [{ authorizer_appid: AT.appid, refresh_token: 'rt-1', auth_time: seconds(desk.at(-DAY_S)) }],
    }));
  });

  const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);
  const carryOut = async (removals: readonly Removal[]): Promise<void> => {
    const leaving: Leaving = { purgeId: 'pur_1', merchantId: 'mer_1', providerId: 'prv_1', now: desk.clock.now() };
    for (const removal of removals)
      while ((await desk.database.batched.run((batch) => removal.remove(batch, leaving, 100))) > 0);
  };
  const begin = async (): Promise<void> => {
    await desk.sql(
      `INSERT INTO merchant_purge (id, provider_id, merchant_id, state, requested_by, requested_at, due_at, removed)
       VALUES ('pur_1', 'prv_1', 'mer_1', 'running', 'usr_1', ?, ?, '{}')`,
      [desk.clock.now(), desk.clock.now()],
    );
    await carryOut(remains.doors);
  };
  const leave = async (): Promise<void> => {
    await begin();
    await carryOut(remains.rows);
    await carryOut(remains.traces);
    expect([await desk.account(), await desk.tokens()]).toEqual([null, { access: null, refresh: null }]);
  };
  const reconcile = async (): Promise<string[]> => {
    const id = await desk.one.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    await desk.one.module.get(ReconcileRunner).run(id);
    const { run, findings } = await desk.one.module.get(ReconcileService).get(REACH, id);
    expect(run.state).toBe('done');
    return findings.map(({ appid }) => appid);
  };
  const keptOut = async (): Promise<boolean> => {
    const [row] = await desk.sql<{ n: number }>('SELECT COUNT(*) AS n FROM departed_account');
    return row!.n === 1;
  };
  const grant = (at: number, more: { infoType?: string; preAuthCode?: string } = {}): string =>
    grantXml(desk.at(at), { appid: AT.appid, code: 'code-1', ...more });

  it('is not adopted from WeChat’s list, nor named by what is found there', async () => {
    await leave();
    expect(await reconcile()).toEqual([]);
    const listed = { appid: AT.appid, refreshToken: null, authorizedAt: desk.at(-DAY_S) };
    const told = { refreshToken: null, permissionSets: [], profile: { kind: 'official_account' } };
    expect(await desk.one.module.get(Adoption).adopt(PLATFORM.id, listed, told as never)).toBe(false);
    expect([await desk.account(), await keptOut()]).toEqual([null, true]);
    expect(desk.wechat.count('api_get_authorizer_info')).toBe(0);
  });

  it('is not repaired while it is on its way out', async () => {
    await begin();
    expect(await reconcile()).toEqual([]);
    expect([(await desk.account())?.state, await desk.tokens()]).toEqual(['revoked', { access: null, refresh: null }]);
  });

  it.each([
    ['a change of its old authorization', () => grant(60, { infoType: 'updateauthorized' })],
    ['an authorization told late', () => grant(-60)],
    ['its cancellation', () => revokeXml(desk.at(60), AT.appid)],
  ])('does not come back by %s, and the push keeps no name', async (_what, xml) => {
    await leave();
    expect(await desk.told(xml())).toBe('merchant_left');
    expect([await desk.account(), await keptOut(), desk.wechat.count(EXCHANGE)]).toEqual([null, true, 0]);
    expect(await desk.sql('SELECT subject_appid FROM push_event')).toEqual([{ subject_appid: null }]);
    // The same push again is known by its hash.
    expect(await desk.told(xml())).toBe('merchant_left');
    expect(await desk.sql('SELECT id FROM push_event')).toHaveLength(1);
  });

  it('does not come back by a message to it', async () => {
    await leave();
    const xml = `<xml><ToUserName>gh_1</ToUserName><FromUserName>o_1</FromUserName><CreateTime>${seconds(desk.at(5))}</CreateTime>
      <MsgType>text</MsgType><Content>hello</Content></xml>`;
    const { query, body } = push(xml);
    const answer = await desk.one.module.get(MessageInbox).receive(PLATFORM.appid, AT.appid, query, body);
    expect([answer.kind, await desk.account()]).toEqual(['dropped', null]);
    expect(await desk.sql('SELECT id FROM push_event')).toEqual([]);
  });

  it('comes back by an authorization made since', async () => {
    await leave();
    expect(await desk.told(grant(60))).toBe('authorized');
    expect([(await desk.account())?.merchantId, await keptOut()]).toEqual([null, false]);
    expect((await desk.tokens()).refresh).toBe('rt-new');
    await reconcile();
    expect((await desk.account())?.state).toBe('authorized');
  });

  it('comes back through an invite, by the browser', async () => {
    await leave();
    const token = await desk.invite('mer_2');
    await desk.click(token);
    expect(await desk.callback(token, 'code-1')).toMatchObject({ ownedByOther: false });
    expect([(await desk.account())?.merchantId, await keptOut()]).toEqual(['mer_2', false]);
  });

  it('comes back through an invite, by a push of whatever kind', async () => {
    await leave();
    const preAuthCode = await desk.click(await desk.invite('mer_2'));
    expect(await desk.told(grant(-60, { preAuthCode, infoType: 'updateauthorized' }))).toBe('authorized');
    expect([(await desk.account())?.merchantId, await keptOut()]).toEqual(['mer_2', false]);
  });

  it('waits with its return until what it was is gone', async () => {
    await begin();
    await desk.receive(grant(60));
    await expect(desk.work()).rejects.toMatchObject({ code: 'purge_under_way' });
    expect((await desk.account())?.state).toBe('revoked');
    await carryOut(remains.rows);
    desk.clock.advance(60_000);
    expect(await desk.work()).toBe('authorized');
    // What the purge looks for at its end is the new account's by now.
    await carryOut(remains.traces);
    expect([(await desk.account())?.state, (await desk.tokens()).refresh]).toEqual(['authorized', 'rt-new']);
    expect(await keptOut()).toBe(false);
  });

  it('returns by a push that its purge found waiting', async () => {
    await begin();
    await desk.receive(grant(60));
    await expect(desk.work()).rejects.toMatchObject({ code: 'purge_under_way' });
    await carryOut(remains.rows);
    await carryOut(remains.traces);
    desk.clock.advance(60_000);
    expect(await desk.work()).toBe('authorized');
    expect([(await desk.account())?.state, await keptOut()]).toEqual(['authorized', false]);
  });

  it('leaves a scope that named nobody else without accounts', async () => {
    const scopes = desk.one.module.get(AccountScopes);
    const selection = await scopes.select(null, { accounts: [] });
    expect([await scopes.page(selection, 0, 10), await scopes.count(selection)]).toEqual([[], 0]);
  });

  it('is named by no run that began before it left', async () => {
    const id = await desk.one.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    await leave();
    const remembered = [
      { appid: AT.appid, account: 'acc_1', action: 'repair', because: 'token_lost', outcome: 'done' },
    ];
    await desk.sql('UPDATE reconcile_run SET findings = ? WHERE id = ?', [JSON.stringify(remembered), id]);
    await desk.one.module.get(ReconcileRunner).run(id);
    expect(await desk.sql('SELECT state, findings FROM reconcile_run')).toEqual([{ state: 'done', findings: '[]' }]);
  });

  it('leaves a refresh under way nothing to write', async () => {
    const { passed, open } = gate();
    desk.wechat.on(REFRESH, async () => {
      await passed;
      return { authorizer_access_token: 'at-late', expires_in: 7200, authorizer_refresh_token: 'rt-late' };
    });
    await desk.sql("UPDATE credential SET expires_at = ? WHERE kind = 'account_token'", [desk.at(-1)]);
    const refreshing = desk.one.module
      .get(AccountTokens)
      .get(AT.platformId, AT.appid, AT.componentAppid)
      .catch((error: unknown) => error);
    while (desk.wechat.count(REFRESH) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await begin();
    await carryOut(remains.rows);
    open();
    await refreshing;
    await carryOut(remains.traces);
    expect(await desk.sql("SELECT id FROM credential WHERE kind <> 'component_token'")).toEqual([]);
  });
});
