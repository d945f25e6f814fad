import { Secret, shanghaiDate } from '@app/kernel';
import { FakeWechat } from '../testing/fake-wechat';
import { WechatClient } from './wechat-client';

const componentAppid = 'wxplatform';
const componentToken = new Secret('90_component/token+');
const appSecret = new Secret('the-app-secret');
const byComponent = { componentAppid, componentToken };
const answerInvalid = (field: string) => ({ code: 'wechat_answer_invalid', kind: 'upstream', detail: { field } });

describe('WechatClient', () => {
  let wechat: FakeWechat;
  let client: WechatClient;

  beforeEach(async () => {
    wechat = await FakeWechat.start();
    client = new WechatClient({ apiOrigin: wechat.origin, timeoutMs: 2000 });
  });
  afterEach(async () => {
    await wechat.close();
    await client.close();
  });

  /** What the server saw of the last call. */
  function sent(): { path: string; query: object; body: unknown } {
    const call = wechat.received.at(-1)!;
    expect(call).toMatchObject({ method: 'POST', contentType: 'application/json' });
    return { path: call.path, query: call.query, body: JSON.parse(call.body) as unknown };
  }

  describe('componentToken', () => {
    const ask = () => client.componentToken({ componentAppid, appSecret, ticket: new Secret('ticket@@@1') });

    it('buys a component token with the ticket', async () => {
      wechat.answers({ component_access_token: '91_new', expires_in: 7200 });
      const issued = await ask();
      expect([issued.token.reveal(), issued.expiresInSeconds]).toEqual(['91_new', 7200]);
      expect(sent()).toEqual({
        path: '/cgi-bin/component/api_component_token',
        query: {},
        body: {
          component_appid: componentAppid,
          component_appsecret: 'the-app-secret',
          component_verify_ticket: 'ticket@@@1',
        },
      });
    });

    it.each([
      [{}, 'component_access_token'],
      [{ errcode: 0, errmsg: 'ok' }, 'component_access_token'],
      [{ component_access_token: '', expires_in: 7200 }, 'component_access_token'],
      [{ component_access_token: null, expires_in: 7200 }, 'component_access_token'],
      [{ component_access_token: 'a b', expires_in: 7200 }, 'component_access_token'],
      [{ component_access_token: 'a\r\nX: y', expires_in: 7200 }, 'component_access_token'],
      [{ component_access_token: 'a'.repeat(3000), expires_in: 7200 }, 'component_access_token'],
      [{ component_access_token: 'a' }, 'expires_in'],
      [{ component_access_token: 'a', expires_in: 0 }, 'expires_in'],
      [{ component_access_token: 'a', expires_in: -1 }, 'expires_in'],
      [{ component_access_token: 'a', expires_in: 1.5 }, 'expires_in'],
      [{ component_access_token: 'a', expires_in: '7200' }, 'expires_in'],
      [{ component_access_token: 'a', expires_in: null }, 'expires_in'],
    ])('makes no token of %j', async (answer, field) => {
      wechat.answers(answer);
      await expect(ask()).rejects.toMatchObject(answerInvalid(field));
    });

    it('makes no token of a page', async () => {
      wechat.answers('<html>maintenance</html>');
      await expect(ask()).rejects.toMatchObject({ code: 'wechat_not_json' });
    });
  });

  it('createPreAuthCode', async () => {
    wechat.answers({ pre_auth_code: 'preauthcode@@@x', expires_in: 1800 });
    const { code, expiresInSeconds } = await client.createPreAuthCode(byComponent);
    expect([code.reveal(), expiresInSeconds]).toEqual(['preauthcode@@@x', 1800]);
    expect(sent()).toEqual({
      path: '/cgi-bin/component/api_create_preauthcode',
      query: { component_access_token: '90_component/token+' },
      body: { component_appid: componentAppid },
    });
  });

  describe('queryAuth', () => {
    const ask = () => client.queryAuth({ ...byComponent, authorizationCode: new Secret('queryauthcode@@@c') });
    const funcInfo = [
      { funcscope_category: { id: 2, name: '用户管理' } },
      { funcscope_category: { id: 3 }, confirm_info: { need_confirm: 0, already_confirm: 0, can_confirm: 1 } },
      { funcscope_category: { id: 2 } },
      { funcscope_category: {} },
      { funcscope_category: { id: 0 } },
      {},
      null,
    ];

    it('exchanges a code', async () => {
      wechat.answers({
        authorization_info: {
          authorizer_appid: 'wxaccount',
          authorizer_access_token: '92_account',
          expires_in: 7200,
          authorizer_refresh_token: 'refreshtoken@@@r',
          func_info: funcInfo,
        },
      });
      const answer = await ask();
      expect(answer.appid).toBe('wxaccount');
      expect(answer.accountToken?.token.reveal()).toBe('92_account');
      expect(answer.accountToken?.expiresInSeconds).toBe(7200);
      expect(answer.refreshToken?.reveal()).toBe('refreshtoken@@@r');
      expect(answer.permissionSets).toEqual([
        { id: 2, confirmInfo: null },
        { id: 3, confirmInfo: { needConfirm: 0, alreadyConfirm: 0, canConfirm: 1 } },
      ]);
      expect(sent()).toMatchObject({
        path: '/cgi-bin/component/api_query_auth',
        body: { component_appid: componentAppid, authorization_code: 'queryauthcode@@@c' },
      });
    });

    it.each([
      {},
      { authorizer_access_token: '', authorizer_refresh_token: '', expires_in: 0 },
      { authorizer_access_token: null, authorizer_refresh_token: null, func_info: null },
    ])('takes an account without API permission: %j', async (fields) => {
      wechat.answers({ authorization_info: { authorizer_appid: 'wxaccount', ...fields } });
      expect(await ask()).toEqual({
        ...{ appid: 'wxaccount', accountToken: null, refreshToken: null },
        // Nothing was said of them; only an empty list takes them away.
        permissionSets: null,
      });
    });

    it('keeps the refresh token beside a token without a lifetime', async () => {
      const info = { authorizer_appid: 'wxa', authorizer_access_token: 't', authorizer_refresh_token: 'r' };
      wechat.answers({ authorization_info: info });
      const answer = await ask();
      expect(answer.accountToken).toBeNull();
      expect(answer.refreshToken?.reveal()).toBe('r');
    });

    it.each([
      [{}, 'authorization_info'],
      [{ authorization_info: {} }, 'authorizer_appid'],
    ])('cannot read %j', async (answer, field) => {
      wechat.answers(answer);
      await expect(ask()).rejects.toMatchObject(answerInvalid(field));
    });
  });

  describe('refreshAccountToken', () => {
    const ask = () =>
      client.refreshAccountToken({ ...byComponent, appid: 'wxaccount', refreshToken: new Secret('r1') });

    it('fetches a fresh account token', async () => {
      wechat.answers({ authorizer_access_token: '93_a', expires_in: 7200, authorizer_refresh_token: 'r2' });
      const { accountToken, refreshToken } = await ask();
      expect([accountToken.token.reveal(), refreshToken?.reveal()]).toEqual(['93_a', 'r2']);
      expect(sent()).toEqual({
        path: '/cgi-bin/component/api_authorizer_token',
        query: { component_access_token: '90_component/token+' },
        body: { component_appid: componentAppid, authorizer_appid: 'wxaccount', authorizer_refresh_token: 'r1' },
      });
    });

    it.each(['', null, undefined])('has no refresh token when WeChat sends %j', async (value) => {
      wechat.answers({ authorizer_access_token: '93_a', expires_in: 7200, authorizer_refresh_token: value });
      expect((await ask()).refreshToken).toBeNull();
    });

    it('makes no token of an odd answer', async () => {
      wechat.answers({ authorizer_access_token: '93_a', authorizer_refresh_token: 'r2' });
      await expect(ask()).rejects.toMatchObject(answerInvalid('expires_in'));
    });
  });

  describe('authorizerInfo', () => {
    const ask = () => client.authorizerInfo({ ...byComponent, appid: 'wxaccount' });
    const authorization_info = { authorizer_appid: 'wxaccount', authorizer_refresh_token: '', func_info: [] };

    it('reads the profile', async () => {
      wechat.answers({
        authorizer_info: {
          nick_name: '花店',
          head_img: 'https://wx.qlogo.cn/x',
          principal_name: '某公司',
          user_name: 'gh_1',
          alias: '',
          service_type_info: { id: 2 },
          verify_type_info: { id: 0 },
          account_status: 1,
        },
        authorization_info: { ...authorization_info, func_info: [{ funcscope_category: { id: 2 } }] },
      });
      expect(await ask()).toEqual({
        profile: {
          appid: 'wxaccount',
          nickName: '花店',
          headImg: 'https://wx.qlogo.cn/x',
          principalName: '某公司',
          userName: 'gh_1',
          alias: '',
          kind: 'official_account',
          serviceType: 2,
          verifyType: 0,
          accountStatus: 1,
        },
        refreshToken: null,
        permissionSets: [{ id: 2, confirmInfo: null }],
      });
    });

    it('does without what is missing', async () => {
      wechat.answers({ authorizer_info: {}, authorization_info });
      const { profile } = await ask();
      expect(profile).toMatchObject({ nickName: '', serviceType: null, verifyType: null, accountStatus: null });
    });

    it.each([
      ['MiniProgramInfo', 'mini_program'],
      ['channels_info', 'channels'],
      ['store_info', 'store'],
      ['talent_info', 'talent'],
      ['supplier_info', 'supplier'],
    ])('takes an account with %s for %s', async (section, kind) => {
      wechat.answers({ authorizer_info: { [section]: {} }, authorization_info });
      expect((await ask()).profile.kind).toBe(kind);
    });

    it.each([
      [{ authorizer_info: {} }, 'authorization_info'],
      [{ authorization_info }, 'authorizer_info'],
      [{ authorizer_info: {}, authorization_info: { authorizer_appid: 'wxother' } }, 'authorizer_appid'],
    ])('cannot read %j', async (answer, field) => {
      wechat.answers(answer);
      await expect(ask()).rejects.toMatchObject(answerInvalid(field));
    });
  });

  describe('authorizerList', () => {
    const ask = (offset = 0) => client.authorizerList({ ...byComponent, offset, count: 500 });

    it('reads a page', async () => {
      const list = [
        { authorizer_appid: 'wxa', refresh_token: 'r', auth_time: 1558000607 },
        { authorizer_appid: 'wxb', auth_time: 1558000608 },
      ];
      wechat.answers({ total_count: 2, list });
      const { total, accounts } = await ask();
      expect(total).toBe(2);
      expect(accounts.map((account) => [account.appid, account.refreshToken?.reveal() ?? null])).toEqual([
        ['wxa', 'r'],
        ['wxb', null],
      ]);
      expect(accounts[0]?.authorizedAt.toISOString()).toBe('2019-05-16T09:56:47.000Z');
      expect(sent().body).toEqual({ component_appid: componentAppid, offset: 0, count: 500 });
    });

    it('takes a page beyond the end', async () => {
      wechat.answers({ total_count: 0 });
      expect(await ask()).toEqual({ total: 0, accounts: [] });
      wechat.answers({ total_count: 3, list: [] });
      expect(await ask(500)).toEqual({ total: 3, accounts: [] });
    });

    it.each([
      [{ list: [] }, 'total_count'],
      [{ total_count: 1 }, 'list'],
      [{ total_count: 1, list: [null] }, 'list'],
      [{ total_count: 1, list: [{}] }, 'authorizer_appid'],
      [{ total_count: 1, list: [{ authorizer_appid: 'wxa' }] }, 'auth_time'],
    ])('leaves no account out silently: %j', async (answer, field) => {
      wechat.answers(answer);
      await expect(ask()).rejects.toMatchObject(answerInvalid(field));
    });
  });

  it.each([
    ['in a normal state', 'was_running'],
    ['in a normal state rid: 5f0c0e6a-1b2c3d4e-5f6a7b8c', 'was_running'],
    ['ok', 'was_stopped'],
    ['ok rid: 5f0c0e6a-1b2c3d4e-5f6a7b8c', 'was_stopped'],
    ['something new', 'not_told'],
    [undefined, 'not_told'],
  ])('startPushTicket reads %p as %s', async (errmsg, state) => {
    wechat.answers({ errcode: 0, errmsg });
    expect(await client.startPushTicket({ componentAppid, appSecret })).toBe(state);
  });

  it('startPushTicket tells WeChat’s own time, also when it is refused', async () => {
    const told: string[] = [];
    const onServerDate = (date: Date) => told.push(date.toISOString());
    for (const date of ['Fri, 02 Jan 2026 03:04:05 GMT', 'nonsense'])
      for (const errcode of [0, 61004]) {
        wechat.behaves((response) => response.writeHead(200, { date }).end(JSON.stringify({ errcode, errmsg: 'x' })));
        await client.startPushTicket({ componentAppid, appSecret, onServerDate }).catch(() => undefined);
      }
    expect(told).toEqual(['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.000Z']);
  });

  it('startPushTicket names the secret as this call wants it', async () => {
    wechat.answers({ errcode: 0, errmsg: 'in a normal state' });
    await client.startPushTicket({ componentAppid, appSecret });
    expect(sent()).toEqual({
      path: '/cgi-bin/component/api_start_push_ticket',
      query: {},
      body: { component_appid: componentAppid, component_secret: 'the-app-secret' },
    });
  });

  describe('quota', () => {
    const token = new Secret('t');

    it('reads what is left today', async () => {
      wechat.answers({
        errcode: 0,
        errmsg: 'ok',
        quota: { daily_limit: 1000, used: 1, remain: 999 },
        rate_limit: { call_count: 10, refresh_second: 60 },
      });
      expect(await client.quota({ token, cgiPath: '/datacube/getusercumulate' })).toEqual({
        dailyLimit: 1000,
        used: 1,
        remain: 999,
        rateLimit: { callCount: 10, refreshSeconds: 60 },
        componentRateLimit: null,
      });
      expect(sent()).toEqual({
        path: '/cgi-bin/openapi/quota/get',
        query: { access_token: 't' },
        body: { cgi_path: '/datacube/getusercumulate' },
      });
    });

    it.each([
      ['/datacube/getusercumulate', 'caller_error'],
      ['/cgi-bin/component/api_authorizer_token', 'platform_misconfigured'],
    ])('reads a refusal for %s by the kind of token', async (cgiPath, errcodeClass) => {
      wechat.answers({ errcode: 40013, errmsg: 'invalid appid' });
      await expect(client.quota({ token, cgiPath })).rejects.toMatchObject({ errcodeClass });
    });
  });

  it('userCumulate sends the documented request and reads the documented answer', async () => {
    wechat.answers({ list: [{ ref_date: '2014-12-07', cumulate_user: 1217056 }] });
    const days = { from: shanghaiDate('2014-12-02'), to: shanghaiDate('2014-12-07') };
    const { rows } = await client.userCumulate({ accountToken: new Secret('a+b/c='), ...days });
    expect(rows).toEqual([{ refDate: '2014-12-07', cumulateUser: 1217056 }]);
    expect(sent()).toEqual({
      path: '/datacube/getusercumulate',
      query: { access_token: 'a+b/c=' },
      body: { begin_date: '2014-12-02', end_date: '2014-12-07' },
    });
  });

  it('sends text as UTF-8, not as escapes', async () => {
    wechat.answers({ component_access_token: 'a', expires_in: 7200 });
    await client.componentToken({ componentAppid: '平台', appSecret, ticket: new Secret('t') });
    expect(wechat.received[0]?.body).toContain('"component_appid":"平台"');
  });

  describe('sendCustomText', () => {
    const ask = () =>
      client.sendCustomText({ accountToken: new Secret('92_account'), openid: 'oFan', content: '你好' });

    it('sends a text with the account’s token', async () => {
      wechat.answers({ errcode: 0, errmsg: 'ok' });
      await ask();
      expect(sent()).toEqual({
        path: '/cgi-bin/message/custom/send',
        query: { access_token: '92_account' },
        body: { touser: 'oFan', msgtype: 'text', text: { content: '你好' } },
      });
    });

    it('throws what WeChat refuses', async () => {
      wechat.answers({ errcode: 45015, errmsg: 'response out of time limit' });
      await expect(ask()).rejects.toMatchObject({ errcode: 45015, call: 'message_custom_send' });
    });
  });
});
