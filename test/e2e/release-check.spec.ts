import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { type HandMadePush, messageXml, sealPush, sendPush } from '../support/wechat-push';

jest.setTimeout(60_000);

const TESTED = { appid: 'wx9252c5e0bb1836fc', userName: 'gh_c0f28a78b318' } as const;
const OPENID = 'oFollowerOfATestAccount';
/** "The reply must come in time": WeChat waits 5 s. */
const AT_ONCE_MS = 1_000;

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

describe('WeChat’s check before a full release', () => {
  let system: System;
  let provider: Provider;

  beforeAll(async () => {
    system = await System.start({ workers: 0 });
    provider = await makeProvider(system, await makeHost(system));
  }, 60_000);
  afterAll(() => system.stop());

  const component = (): string => provider.platform.appid;
  const ask = (sets: number[]): Promise<unknown> =>
    system.sandbox.control('POST', 'platforms', { appid: component(), sets });
  const check = (options: object = {}): Promise<{ ok: boolean; steps: Step[] }> =>
    system.sandbox.control('POST', 'release-check', { component_appid: component(), ...options });
  const sent = async (appid: string): Promise<{ touser: string; content: string }[]> =>
    (await system.sandbox.control('GET', `messages?appid=${appid}`)).messages;
  const select = async <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
    (await system.db.query(sql, params))[0] as T[];
  const stored = async (): Promise<number> =>
    (await select<{ n: number }>("SELECT COUNT(*) AS n FROM push_event WHERE info_type = 'release_check_code'"))[0]!.n;

  function message(content: string, to: { appid: string; userName: string } = TESTED): HandMadePush {
    const seconds = Math.floor(Date.now() / 1_000);
    const head = { ToUserName: to.userName, FromUserName: OPENID, CreateTime: seconds };
    const xml = messageXml({ ...head, MsgType: 'text', Content: content, MsgId: seconds });
    return sealPush(provider.platform, xml, `/wechat/${component()}/accounts/${to.appid}/messages`);
  }

  /** A code of the test account, which WeChat has authorized to the platform. */
  async function codeOf({ appid }: { appid: string }): Promise<string> {
    await system.sandbox.control('POST', 'accounts', { appid });
    const act = { component_appid: component(), sets: [1, 2], push: false };
    return (await system.sandbox.control('POST', `accounts/${appid}/authorize`, act)).authorization_code;
  }

  const answered = (appid: string, code: string): Promise<unknown> =>
    until('the message came', async () => (await sent(appid)).some(({ content }) => content === `${code}_from_api`));

  it('keeps a code that comes while no worker runs, and answers it by the next one, once', async () => {
    const code = await codeOf(TESTED);
    const push = message(`QUERY_AUTH_CODE:${code}`);
    const twice = await Promise.all([push, push].map((one) => sendPush(system.gatewayOrigin, one)));
    expect(twice.map(({ status, text }) => [status, text])).toEqual([
      [200, ''],
      [200, ''],
    ]);
    expect(await stored()).toBe(1);
    await system.startWorker();
    await answered(TESTED.appid, code);
    await sendPush(system.gatewayOrigin, push);
    await until('nothing is left to do', async () => {
      const [row] = await select<{ n: number }>('SELECT COUNT(*) AS n FROM push_event WHERE done_at IS NULL');
      return row!.n === 0;
    });
    expect(await sent(TESTED.appid)).toEqual([
      expect.objectContaining({ touser: OPENID, content: `${code}_from_api` }),
    ]);
    expect(await stored()).toBe(1);
  });

  it('is passed by a platform that asks for set 2 only: no message is tested', async () => {
    await ask([2]);
    const { ok: passed, steps } = await check();
    expect(steps.map(({ step }) => step)).toEqual(['ticket', 'official_authorized', 'official_unauthorized']);
    expect([passed, steps.filter((step) => !step.ok)]).toEqual([true, []]);
  });

  it.each(['event', 'own'])('is passed with messages, by every test account (the code is the %s one)', async (code) => {
    await ask([1, 2, 19]);
    // WeChat's times have seconds: two cancellations of an account within one are the same message, and taken for a repeat.
    await new Promise((next) => setTimeout(next, 1_100));
    for (const group of [1, 2, 3, 4, 5]) {
      const { ok: passed, steps } = await check({ group, code });
      expect({ passed, failed: steps.filter((step) => !step.ok) }).toEqual({ passed: true, failed: [] });
      expect(steps.map(({ step }) => step)).toEqual([
        'ticket',
        'official_authorized',
        'official_text',
        'official_event',
        'official_code',
        'official_api_message',
        'official_unauthorized',
        'mini_authorized',
        'mini_code',
        'mini_api_message',
        'mini_unauthorized',
      ]);
      const slow = steps.filter(({ step, ms }) => !step.endsWith('api_message') && ms >= AT_ONCE_MS);
      expect(slow).toEqual([]);
    }
  });

  it('leaves no account behind and no token', async () => {
    await until('the tokens are gone', async () => {
      const left = await select("SELECT id FROM credential WHERE kind <> 'component_token' AND subject_appid <> ?", [
        TESTED.appid,
      ]);
      return left.length === 0;
    });
    expect(await select('SELECT appid FROM account')).toEqual([]);
    expect(ok(await provider.admin.get('/api/v1/accounts'), 200).items).toEqual([]);
    const open = await select('SELECT outcome FROM push_event WHERE done_at IS NULL');
    expect(open).toEqual([]);
  });

  it('is seen through when the platform answers wrongly', async () => {
    const url = `${system.sandbox.origin}/not-the-platform`;
    await system.sandbox.control('POST', 'platforms', { appid: component(), messageUrl: url });
    const { ok: passed, steps } = await check();
    expect(passed).toBe(false);
    expect(steps.find(({ step }) => step === 'official_text')).toMatchObject({ ok: false });
    const messageUrl = `${system.gatewayOrigin}/wechat/${component()}/accounts/$APPID$/messages`;
    await system.sandbox.control('POST', 'platforms', { appid: component(), messageUrl });
  });

  describe('changes nothing for anybody else', () => {
    let merchantAccount: { appid: string; userName: string };
    let before: { stored: number; calls: Record<string, number> };
    const exchanges = (): Promise<Record<string, number>> => system.sandbox.calls('/cgi-bin/component/api_query_auth');

    beforeAll(async () => {
      const merchant = await makeMerchant(provider, system);
      const { appid } = await authorize(system, provider, merchant.id, { sets: [1, 2] });
      merchantAccount = { appid, userName: `gh_${appid.slice(-12)}` };
      before = { stored: await stored(), calls: await exchanges() };
    });

    it.each([
      ['the text', () => message('TESTCOMPONENT_MSG_TYPE_TEXT', merchantAccount)],
      ['a code', () => message('QUERY_AUTH_CODE:queryauthcode@@@x', merchantAccount)],
      [
        'a code, on the path of a test account',
        () => message('QUERY_AUTH_CODE:queryauthcode@@@x', { ...merchantAccount, appid: TESTED.appid }),
      ],
      [
        'a code, on the path of an unknown account',
        () => message('QUERY_AUTH_CODE:queryauthcode@@@x', { ...TESTED, appid: 'wxunknown' }),
      ],
    ])('%s, typed by a follower of somebody else', async (_name, push) => {
      const answer = await sendPush(system.gatewayOrigin, push());
      expect([answer.status, answer.text]).toEqual([200, 'success']);
      expect(await stored()).toBe(before.stored);
    });

    it('a message with a wrong signature', async () => {
      const push = message('QUERY_AUTH_CODE:queryauthcode@@@x');
      const forged = { ...push, path: push.path.replace('msg_signature=', 'msg_signature=0') };
      expect((await sendPush(system.gatewayOrigin, forged)).status).toBe(403);
      expect(await stored()).toBe(before.stored);
    });

    it('and no code was asked about', async () => {
      expect(await exchanges()).toEqual(before.calls);
      expect(await sent(merchantAccount.appid)).toEqual([]);
    });
  });
});
