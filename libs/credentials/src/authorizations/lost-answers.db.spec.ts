import { Transactions } from '@app/platform';
import { AccountReader } from '../accounts/account-reader';
import { AccountRereads } from '../accounts/account-rereads';
import { PlatformCounterRepository } from '../platforms/platform-counter.repository';
import { PushInbox } from '../pushes/push-inbox';
import { AuthorizationDesk } from '../testing/authorization-desk';
import { info, queryAuth, sets } from '../testing/fake-wechat';
import { AT } from '../testing/harness';
import { grantXml, ticketXml } from '../testing/pushes';

const EXPIRED = { errcode: 61010, errmsg: 'code is expired' };

describe('what is lost between WeChat and us', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(() => desk.reset());
  afterEach(() => jest.restoreAllMocks());

  const count = (): number => desk.wechat.count('api_query_auth');
  const grant = (code = 'code-1', preAuthCode?: string) =>
    grantXml(desk.at(0), { appid: AT.appid, code, ...(preAuthCode === undefined ? {} : { preAuthCode }) });
  /** The code is spent, and nobody hears the answer. */
  const loseAnswer = (): void => {
    desk.wechat.on('api_query_auth', () => (count() === 1 ? desk.wechat.hangUp : EXPIRED));
  };
  const listed = (...accounts: { appid: string; token?: string; at?: Date }[]): void => {
    desk.wechat.on('api_get_authorizer_list', () => ({
      total_count: accounts.length,
      list: accounts.map(({ appid, token = 'rt-1', at = desk.at(0) }) => ({
        ...{ authorizer_appid: appid, refresh_token: token, auth_time: Math.floor(at.getTime() / 1_000) },
      })),
    }));
  };

  it('an answer to the push: INFO brings the account at once, with its merchant', async () => {
    loseAnswer();
    expect(await desk.told(grant('code-1', await desk.click(await desk.invite('mer_2'))))).toBe('authorized');
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: 'mer_2' });
    expect([count(), (await desk.tokens()).refresh]).toEqual([2, 'rt-1']);
  });

  it('an answer to the browser: WeChat’s list tells which account it was, and the merchant gets it at once', async () => {
    const token = await desk.invite('mer_2');
    await desk.click(token);
    loseAnswer();
    listed({ appid: 'wxlong-ago', at: desk.at(-86_400) }, { appid: AT.appid }, { appid: 'wxnot-exchanged', token: '' });
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true, ownedByOther: false });
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: 'mer_2' });
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true });
    expect(count()).toBe(2);
  });

  it.each([
    [
      'several accounts are new',
      async () => {
        listed({ appid: AT.appid }, { appid: 'wxother' });
        await Promise.resolve();
      },
    ],
    [
      'another merchant is on WeChat’s page',
      async () => {
        listed({ appid: AT.appid });
        await desk.click(await desk.invite('mer_1'));
      },
    ],
    [
      'another system voids our component tokens',
      async () => {
        listed({ appid: AT.appid });
        const counted = { platformId: AT.platformId, name: 'component_token_rejected' } as const;
        await desk.one.module.get(PlatformCounterRepository).add(counted, 'day');
      },
    ],
  ])('gives nobody an account that may be another’s: %s', async (_name, arrange) => {
    const token = await desk.invite('mer_2');
    await desk.click(token);
    loseAnswer();
    await arrange();
    await expect(desk.callback(token, 'code-1')).rejects.toMatchObject({ code: 'authorization_code_expired' });
    expect(await desk.account()).toBeNull();
    await expect(desk.callback(token, 'code-1')).rejects.toMatchObject({ code: 'authorization_code_expired' });
    expect([count(), desk.wechat.count('api_get_authorizer_list')]).toEqual([2, 1]);
  });

  it('asks again on a reload when the list could not be read', async () => {
    const token = await desk.invite('mer_2');
    await desk.click(token);
    loseAnswer();
    desk.wechat.on('api_get_authorizer_list', () => ({ errcode: -1, errmsg: 'system error' }));
    await expect(desk.callback(token, 'code-1')).rejects.toMatchObject({ code: 'wechat_-1' });
    listed({ appid: AT.appid });
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true });
    expect(await desk.account()).toMatchObject({ merchantId: 'mer_2' });
  });

  it('a process that dies between WeChat’s answer and storing it', async () => {
    desk.wechat.on('api_query_auth', () => (count() === 1 ? queryAuth(AT.appid) : EXPIRED));
    const transactions = desk.one.module.get(Transactions);
    const run = transactions.run.bind(transactions);
    await desk.receive(grant('code-1', await desk.click(await desk.invite('mer_2'))));
    let left = 1;
    jest.spyOn(transactions, 'run').mockImplementation((work) => {
      if (left-- > 0) throw new Error('killed');
      return run(work);
    });
    await expect(desk.work()).rejects.toThrow('killed');
    expect(await desk.account()).toBeNull();
    // Another process sweeps the push up.
    desk.clock.advance(10_000);
    expect(await desk.two.module.get(PushInbox).sweep()).toBe(1);
    expect(await desk.work()).toBe('authorized');
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: 'mer_2' });
    expect((await desk.tokens()).refresh).toBe('rt-1');
  });

  it('a process that dies between storing a push and queueing its work', async () => {
    jest.spyOn(desk.one.jobs, 'enqueue').mockResolvedValue(false);
    desk.wechat.on('api_query_auth', () => queryAuth(AT.appid));
    await desk.receive(grant());
    // WeChat saw no answer and pushes again; meanwhile the sweeper of another process finds the row.
    jest.restoreAllMocks();
    await desk.receive(grant());
    expect(desk.one.jobs.jobs).toEqual([]);
    desk.clock.advance(10_000);
    expect(await desk.two.module.get(PushInbox).sweep()).toBe(1);
    expect(await desk.work()).toBe('authorized');
    expect(count()).toBe(1);
  });

  it('a refresh token: the account is incomplete, keeps its merchant, and INFO completes it later', async () => {
    const noToken = { authorizer_appid: AT.appid, authorizer_access_token: '', func_info: sets(2, 3) };
    desk.wechat.on('api_query_auth', () => ({ authorization_info: noToken }));
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: '', sets: [2, 3] }));
    expect(await desk.callback(await desk.invite(), 'code-1')).toMatchObject({ gate: { open: false } });
    expect(await desk.account()).toMatchObject({ state: 'incomplete', merchantId: 'mer_1' });
    const rereads = desk.one.module.get(AccountRereads);
    const { id } = (await desk.account())!;
    const asked = async (hours: number): Promise<boolean> => {
      desk.one.jobs.jobs.length = 0;
      desk.clock.advance(hours * 3_600_000);
      await desk.receive(ticketXml('ticket-1', desk.at(0)));
      await rereads.sweep();
      if (desk.one.jobs.jobs.length === 0) return false;
      expect(desk.one.jobs.jobs).toEqual([{ name: 'reread-account', payload: { accountId: id } }]);
      await desk.one.module.get(AccountReader).reread(id);
      return true;
    };
    // Every hour at first, then daily.
    expect([await asked(0.1), await asked(0.5), await asked(0.6), await asked(80), await asked(2)]).toEqual([
      ...[false, false, true],
      ...[true, false],
    ]);
    desk.wechat.on('api_get_authorizer_info', () => info(AT.appid, { refreshToken: 'rt-9', sets: [2, 3] }));
    await desk.one.module.get(AccountReader).reread(id);
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: 'mer_1' });
    expect((await desk.tokens()).refresh).toBe('rt-9');
  });

  it.each([
    ['61010, used', EXPIRED],
    ['61009, not known', { errcode: 61009, errmsg: 'code is invalid' }],
  ])('a push’s code that WeChat refuses (%s) is no failure: the account is there', async (_name, refusal) => {
    desk.wechat.on('api_query_auth', () => (count() === 1 ? queryAuth(AT.appid) : refusal));
    const token = await desk.invite('mer_2');
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true });
    expect(await desk.told(grant('code-of-the-push'))).toBe('authorized');
    expect(await desk.account()).toMatchObject({ state: 'authorized', merchantId: 'mer_2' });
    expect((await desk.tokens()).refresh).toBe('rt-1');
  });
});
