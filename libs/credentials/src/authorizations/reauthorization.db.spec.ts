import { AuthorizationDesk } from '../testing/authorization-desk';
import { info, queryAuth } from '../testing/fake-wechat';
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
});
