import { AccountDirectory } from '../accounts/account-directory';
import { gateVerdict } from '../accounts/gate-policy';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { gate, info, queryAuth } from '../testing/fake-wechat';
import { AT, PLATFORM, seedAccount } from '../testing/harness';
import { grantXml, otherXml, revokeXml, ticketXml } from '../testing/pushes';
import { TicketRepository } from '../tickets/ticket.repository';
import { AccountTokens } from '../tokens/account-tokens';
import { PushInbox } from './push-inbox';

const YEAR = 365 * 86_400;
const GONE = { errcode: 61003, errmsg: 'component is not authorized by this account' };

describe('odd pushes', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.reset();
    desk.wechat.on('api_query_auth', () => queryAuth(AT.appid, { n: desk.wechat.count('api_query_auth') }));
  });

  const grant = (seconds: number, code: string, preAuthCode?: string) =>
    grantXml(desk.at(seconds), { appid: AT.appid, code, ...(preAuthCode === undefined ? {} : { preAuthCode }) });
  const revoke = (seconds: number) => revokeXml(desk.at(seconds), AT.appid);
  const state = async () => (await desk.account())?.state;

  it('are answered in well under a second, before the work and whatever WeChat does', async () => {
    const answer = gate();
    desk.wechat.on('api_query_auth', async () => (await answer.passed, queryAuth(AT.appid)));
    await desk.receive(grant(0, 'code-1'));
    const work = desk.work();
    const began = performance.now();
    await desk.receive(grant(0, 'code-1'));
    await desk.receive(grant(1, 'code-2'));
    await desk.receive(ticketXml('ticket-1', desk.at(0)));
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await state()).toBeUndefined();
    answer.open();
    await work;
    expect(await state()).toBe('authorized');
  });

  it('of unknown types are taken, recorded and left alone', async () => {
    expect(await desk.told(otherXml(desk.at(0)))).toBe('ignored');
    const rows = await desk.sql('SELECT info_type AS type, outcome FROM push_event');
    expect(rows).toEqual([{ type: 'notify_third_fasteregister', outcome: 'ignored' }]);
    expect(desk.one.jobs.jobs).toEqual([]);
  });

  it('of accounts we do not know: a cancel changes nothing, a change of sets brings the account', async () => {
    expect(await desk.told(revoke(0))).toBe('unknown_account');
    expect(await desk.account()).toBeNull();
    const update = grantXml(desk.at(5), { appid: AT.appid, code: 'code-1', infoType: 'updateauthorized' });
    expect(await desk.told(update)).toBe('authorized');
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: null });
  });

  it.each([
    ['far ahead', 30 * YEAR],
    ['long ago', -30 * YEAR],
  ])('with a time %s do not keep later events out', async (_name, offset) => {
    expect(await desk.told(grant(offset, 'code-1'))).toBe('authorized');
    desk.clock.advance(1_800_000);
    desk.wechat.on('api_get_authorizer_info', () => GONE);
    expect(await desk.told(revoke(0))).toBe('revoked');
    expect(await state()).toBe('revoked');
    desk.clock.advance(1_800_000);
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid));
    expect(await desk.told(grant(0, 'code-2'))).toBe('authorized');
    expect(await state()).toBe('authorized');
    // A cancel of such a time ends what WeChat has ended, and nothing else.
    expect(await desk.told(revoke(offset))).toBe('authorized_meanwhile');
    desk.wechat.on('api_get_authorizer_info', () => GONE);
    expect(await desk.told(revoke(offset + 1))).toBe('revoked');
    desk.clock.advance(1_800_000);
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid));
    expect(await desk.told(grant(0, 'code-3'))).toBe('authorized');
    expect(await state()).toBe('authorized');
  });

  it('with a ticket of a time far ahead do not keep later tickets out', async () => {
    await desk.receive(ticketXml('ticket-of-tomorrow', desk.at(30 * YEAR)));
    desk.clock.advance(600_000);
    await desk.receive(ticketXml('ticket-of-now', desk.at(0)));
    const newest = await desk.one.module.get(TicketRepository).findNewest(PLATFORM.id, desk.at(-3_600));
    expect(newest?.reveal()).toBe('ticket-of-now');
  });

  it('that are old and come again change nothing: they were stored, or WeChat is asked', async () => {
    const old = [grant(-3, 'code-1'), revoke(-2)];
    await desk.told(old[0]!);
    desk.wechat.on('api_get_authorizer_info', () => GONE);
    expect(await desk.told(old[1]!)).toBe('revoked');
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-2', sets: [2, 7] }));
    await desk.told(grant(-1, 'code-2'));
    const before = [await desk.account(), await desk.tokens(), await desk.sql('SELECT * FROM account_permission')];
    for (const xml of old) await desk.told(xml);
    // As when the rows were pruned long ago: the signature is true for ever.
    await desk.sql('DELETE FROM push_event');
    await desk.sql("DELETE FROM authorization_code WHERE state <> 'x'");
    desk.wechat.on('api_query_auth', () => ({ errcode: 61010, errmsg: 'code is expired' }));
    desk.clock.advance(40 * 86_400_000);
    await desk.receive(ticketXml('ticket-2', desk.at(0)));
    for (const xml of old) await desk.told(xml);
    const [account, tokens] = [await desk.account(), await desk.tokens()];
    expect(account).toMatchObject({ state: 'authorized', merchantId: null, eventTime: (before[0] as any).eventTime });
    expect([tokens.refresh, await desk.sql('SELECT * FROM account_permission')]).toEqual([
      (before[1] as any).refresh,
      before[2],
    ]);
  });

  it('that come through an invite used for another account leave theirs without an owner', async () => {
    const token = await desk.invite('mer_2');
    const [first, second] = [await desk.click(token), await desk.click(token)];
    desk.wechat.on('api_query_auth', ({ authorization_code: code }) =>
      queryAuth(code === 'code-1' ? 'wxfirst' : AT.appid),
    );
    desk.wechat.on('api_get_authorizer_info', ({ authorizer_appid: appid }) => info(String(appid)));
    await desk.told(grantXml(desk.at(0), { appid: 'wxfirst', code: 'code-1', preAuthCode: first }));
    expect(await desk.told(grant(1, 'code-2', second))).toBe('invite_used');
    await expect(desk.callback(token, 'code-2')).rejects.toMatchObject({ code: 'invite_used' });
    expect(await desk.account()).toMatchObject({ merchantId: null, state: 'authorized' });
    // Of the account that closed it, the invite's page goes on to tell.
    desk.wechat.on('api_query_auth', () => queryAuth('wxfirst', { n: 3 }));
    expect(await desk.callback(token, 'code-3')).toMatchObject({ ownedByOther: false, accountName: 'Name of wxfirst' });
    await expect(desk.callback(token, 'code-2')).rejects.toMatchObject({ code: 'invite_used' });
    expect(await desk.sql("SELECT merchant_id AS m FROM account WHERE appid = 'wxfirst'")).toEqual([{ m: 'mer_2' }]);
  });

  it('of a cancel beat an exchange under way: its tokens are not served', async () => {
    await seedAccount(desk.one, desk.at(-86_400), 90_000_000);
    const answer = gate();
    desk.wechat.on('api_query_auth', async () => (await answer.passed, queryAuth(AT.appid)));
    const page = desk.callback(await desk.invite(), 'code-1', desk.two);
    while (desk.wechat.count('api_query_auth') === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    desk.wechat.on('api_get_authorizer_info', () => GONE);
    expect(await desk.told(revoke(1))).toBe('revoked');
    answer.open();
    expect(await page).toMatchObject({ gate: { open: false, because: 'revoked' } });
    expect(await state()).toBe('revoked');
    expect(await desk.tokens()).toEqual({ access: null, refresh: null });
  });

  it('of a cancel close the gate from the moment they are stored, for their account on their platform alone', async () => {
    await seedAccount(desk.one, desk.at(-86_400), 90_000_000);
    const verdict = async () => {
      const { id } = (await desk.account())!;
      return gateVerdict((await desk.one.module.get(AccountDirectory).fetchable([id])).get(id)!.gate);
    };
    await desk.receive(revokeXml(desk.at(-90_000), 'wxother'));
    expect(await verdict()).toEqual({ open: true });
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid));
    await desk.receive(revoke(-90_000));
    expect(await verdict()).toMatchObject({ open: false, because: 'cancel_reported' });
    // It was sent before the authorization we know of.
    expect(await desk.work()).not.toBe('revoked');
    expect(await verdict()).toEqual({ open: true });
  });

  it('of a cancel are worked off twice at once without harm', async () => {
    await seedAccount(desk.one, desk.at(-86_400), 90_000_000);
    await desk.receive(revoke(0));
    const [{ id }] = (await desk.sql<{ id: number }>('SELECT id FROM push_event')) as [{ id: number }];
    await Promise.all([desk.one, desk.two].map(({ module }) => module.get(PushInbox).process(id)));
    expect(await state()).toBe('revoked');
    // No refresh starts for it any more, in whatever process.
    for (const { module } of [desk.one, desk.two]) {
      const token = module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
      desk.wechat.on('api_get_authorizer_info', () => GONE);
      await expect(token).rejects.toMatchObject({ code: 'authorization_lost' });
    }
    expect(desk.wechat.count('api_authorizer_token')).toBe(0);
  });
});
