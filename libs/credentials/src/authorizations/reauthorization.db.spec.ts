import { AuthorizationDesk } from '../testing/authorization-desk';
import { gate, info, queryAuth } from '../testing/fake-wechat';
import { AT, seedAccount, type Process } from '../testing/harness';
import { grantXml, revokeXml } from '../testing/pushes';
import { AccountTokens } from '../tokens/account-tokens';

const REFRESH = 'api_authorizer_token';

describe('a re-authorization', () => {
  let desk: AuthorizationDesk;
  /** The account token WeChat takes. */
  let good: string;

  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.reset();
    await seedAccount(desk.one, desk.at(-86_400), 90_000_000);
    good = 'old';
    desk.wechat.on('api_query_auth', () => {
      good = `qt-${desk.wechat.count('api_query_auth')}`;
      return { ...queryAuth(AT.appid, { n: desk.wechat.count('api_query_auth') }) };
    });
    desk.wechat.on(REFRESH, () => {
      good = `at-${desk.wechat.count(REFRESH)}`;
      return { authorizer_access_token: good, expires_in: 7200, authorizer_refresh_token: 'rt-1' };
    });
  });

  /** A call for the account as fetches make it: a refused token is replaced once. How many tries it took; null when in vain. */
  const call = async ({ module }: Process): Promise<number | null> => {
    const tokens = module.get(AccountTokens);
    for (const tries of [1, 2]) {
      const { token, version } = await tokens.get(AT.platformId, AT.appid, AT.componentAppid);
      if (token.reveal() === good) return tries;
      await tokens.rejected(AT.platformId, AT.appid, version);
    }
    return null;
  };
  const both = async () => [await call(desk.one), await call(desk.two)];

  it('nobody tells of leaves a dead token: one refresh brings both processes back', async () => {
    expect(await both()).toEqual([1, 1]);
    good = 'known to WeChat alone';
    expect(await both()).toEqual([2, 2]);
    expect(await both()).toEqual([1, 1]);
    expect(desk.wechat.count(REFRESH)).toBe(1);
  });

  it('only the browser tells of replaces the token, also where another process still holds the old one', async () => {
    expect(await both()).toEqual([1, 1]);
    expect(await desk.callback(await desk.invite(), 'code-1')).toMatchObject({ ownedByOther: false });
    expect(await both()).toEqual([1, 2]);
    expect(await both()).toEqual([1, 1]);
    expect(desk.wechat.count(REFRESH)).toBe(0);
  });

  it('told by a push replaces the token in all processes, without a refresh', async () => {
    expect(await both()).toEqual([1, 1]);
    expect(
      await desk.told(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1', infoType: 'updateauthorized' })),
    ).toBe('authorized');
    const tries = await Promise.all(Array.from({ length: 20 }, () => call(desk.two)));
    expect(new Set(tries)).toEqual(new Set([2]));
    expect([await call(desk.one), desk.wechat.count(REFRESH)]).toEqual([1, 0]);
  });

  it('of another merchant’s account leaves the owner, says so, and stores the new tokens', async () => {
    const invite = await desk.invite('mer_2');
    expect(await desk.callback(invite, 'code-1')).toMatchObject({ ownedByOther: true });
    expect(await desk.account()).toMatchObject({ merchantId: 'mer_1', state: 'authorized' });
    expect(await desk.tokens()).toEqual({ access: 'qt-1', refresh: 'rt-1' });
    const push = { appid: AT.appid, code: 'code-2', preAuthCode: await desk.click(invite) };
    expect(await desk.told(grantXml(desk.at(1), push))).toBe('owned_by_other_merchant');
    expect(await desk.account()).toMatchObject({ merchantId: 'mer_1' });
    expect(await both()).toEqual([1, 1]);
  });

  it('after a cancel is not called authorized before INFO agrees, and is asked for again when INFO fails', async () => {
    desk.wechat.on('api_get_authorizer_info', () => ({ errcode: 61003, errmsg: 'not authorized' }));
    expect(await desk.told(revokeXml(desk.at(0), AT.appid))).toBe('revoked');
    desk.wechat.on('api_get_authorizer_info', () => ({ errcode: -1, errmsg: 'system error' }));
    await desk.told(grantXml(desk.at(5), { appid: AT.appid, code: 'code-1' }));
    expect(await desk.account()).toMatchObject({ state: 'incomplete' });
    const { id } = (await desk.account())!;
    expect(desk.one.jobs.jobs).toContainEqual({ name: 'reread-account', payload: { accountId: id } });
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid));
    // The job, or whoever opens the page again.
    await desk.callback(await desk.invite(), 'code-1');
    expect(await desk.account()).toMatchObject({ state: 'authorized' });
    expect(await desk.tokens()).toEqual({ access: 'qt-1', refresh: 'rt-1' });
  });

  const asked = async (name: string): Promise<void> => {
    while (desk.wechat.count(name) === 0) await new Promise((wait) => setTimeout(wait, 10));
  };

  it('does not put an older answer over a newer one', async () => {
    const answer = gate();
    desk.wechat.on('api_query_auth', async ({ authorization_code: code }) => {
      if (code === 'code-fast') return queryAuth(AT.appid, { n: 8, sets: [2, 7] });
      await answer.passed;
      return queryAuth(AT.appid, { n: 7, sets: [1] });
    });
    desk.wechat.on('api_get_authorizer_info', () => ({ errcode: -1, errmsg: 'system error' }));
    const slow = desk.callback(await desk.invite(), 'code-slow');
    await asked('api_query_auth');
    desk.clock.advance(1_000);
    await desk.told(grantXml(desk.at(0), { appid: AT.appid, code: 'code-fast', infoType: 'updateauthorized' }));
    answer.open();
    expect(await slow).toMatchObject({ setGranted: true });
    expect(await desk.tokens()).toEqual({ access: 'qt-8', refresh: 'rt-8' });
    const sets = await desk.sql<{ id: number }>('SELECT set_id AS id FROM account_permission ORDER BY set_id');
    expect(sets.map(({ id }) => id)).toEqual([2, 7]);
    // WeChat may have made the other token last: the next reader makes sure.
    await call(desk.two);
    expect(desk.wechat.count(REFRESH)).toBe(1);
  });

  it('whose answer was lost does not undo a refresh that came meanwhile', async () => {
    const answer = gate();
    desk.wechat.on('api_query_auth', () => ({ errcode: 61010, errmsg: 'code is expired' }));
    desk.wechat.on(REFRESH, () => ({
      ...{ authorizer_access_token: 'at-9', expires_in: 7200, authorizer_refresh_token: 'rt-9' },
    }));
    desk.wechat.on('api_get_authorizer_info', async () => (await answer.passed, info(AT.appid)));
    const told = desk.told(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1', infoType: 'updateauthorized' }));
    await asked('api_get_authorizer_info');
    desk.clock.advance(1_000);
    const { version } = await desk.two.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
    await desk.two.module.get(AccountTokens).rejected(AT.platformId, AT.appid, version);
    await desk.two.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid);
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-9' }));
    answer.open();
    expect(await told).toBe('authorized');
    expect(await desk.tokens()).toEqual({ access: 'at-9', refresh: 'rt-9' });
  });

  it('without a list of sets takes none away', async () => {
    desk.wechat.on('api_query_auth', () => ({
      authorization_info: { authorizer_appid: AT.appid, authorizer_access_token: 'qt-1', expires_in: 7200 },
    }));
    desk.wechat.on('api_get_authorizer_info', () => ({
      authorizer_info: { nick_name: '' },
      authorization_info: { authorizer_appid: AT.appid, authorizer_refresh_token: 'rt-1', func_info: null },
    }));
    await desk.told(grantXml(desk.at(0), { appid: AT.appid, code: 'code-1', infoType: 'updateauthorized' }));
    expect(await desk.sql('SELECT set_id AS id FROM account_permission')).toEqual([{ id: 2 }]);
    const [row] = await desk.sql('SELECT nick_name AS name, verify_type AS verified, state FROM account');
    expect(row).toEqual({ name: 'Account', verified: 0, state: 'authorized' });
  });
});
