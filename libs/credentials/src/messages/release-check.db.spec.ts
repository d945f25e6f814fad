import { createDecipheriv, createHash } from 'node:crypto';
import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountRepository } from '../accounts/account.repository';
import { PushInbox } from '../pushes/push-inbox';
import { ReconcileRequests } from '../reconcile/reconcile-requests';
import { ReconcileRunner } from '../reconcile/reconcile-runner';
import { FakeWechat, queryAuth } from '../testing/fake-wechat';
import {
  AES_KEY,
  box,
  AT,
  CALLBACK_TOKEN,
  PLATFORM,
  seed,
  seedAccount,
  startProcess,
  type Process,
} from '../testing/harness';
import { grantXml, push, revokeXml } from '../testing/pushes';
import { AccountTokens } from '../tokens/account-tokens';
import { MessageInbox } from './message-inbox';

const TESTED = { appid: 'wx570bc396a51b8ff8', userName: 'gh_3c884a361561' } as const;
const MINI = { appid: 'wxd101a85aa106f53e', userName: 'gh_8dad206e9538' } as const;
const MERCHANT = { appid: AT.appid, userName: 'gh_000000000001' } as const;
const OPENID = 'ozy4qt5QUADNXORxCVipKMV9dss0';
const CODE = 'queryauthcode@@@made-up';

describe('the release check', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;
  let messages: { body: unknown; token: string | null }[];

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
    wechat.on('api_query_auth', () => queryAuth(TESTED.appid));
    messages = [];
    wechat.on('send', (body, token) => {
      messages.push({ body, token });
      return { errcode: 0, errmsg: 'ok' };
    });
    clock.advance(3_600_000);
    await seed(database.dataSource, clock.now());
    one.jobs.jobs.length = 0;
    for (const process of [one, two]) {
      for (const { appid } of [TESTED, MINI, MERCHANT]) process.module.get(AccountTokens).forget(AT.platformId, appid);
    }
  });

  const messageXml = (fields: Readonly<Record<string, string>>, to: string = TESTED.userName, at = clock.now()) => {
    const all = {
      ToUserName: to,
      FromUserName: OPENID,
      CreateTime: String(Math.floor(at.getTime() / 1_000)),
      ...fields,
    };
    return `<xml>${Object.entries(all)
      .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
      .join('\n')}</xml>`;
  };
  const text = (Content: string, to?: string, at?: Date) =>
    messageXml({ MsgType: 'text', Content, MsgId: '1' }, to, at);
  const receive = (xml: string, appid: string = TESTED.appid, overrides = {}) => {
    const { query, body } = push(xml, overrides);
    return one.module.get(MessageInbox).receive(PLATFORM.appid, appid, query, body);
  };
  const event = (xml: string) => {
    const { query, body } = push(xml);
    return one.module.get(PushInbox).receive(PLATFORM.appid, query, body);
  };
  const rows = () =>
    one.dataSource.query<{ id: number; outcome: string | null }[]>('SELECT id, outcome FROM push_event ORDER BY id');
  const work = async (process = one) => {
    for (const { id } of await rows()) await process.module.get(PushInbox).process(id);
    return (await rows()).map(({ outcome }) => outcome);
  };
  const count = async (table: string) =>
    (await one.dataSource.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n;
  const sent = (code: string, token: string) => ({
    body: { touser: OPENID, msgtype: 'text', text: { content: `${code}_from_api` } },
    token,
  });
  const ask = (code = CODE) => receive(text(`QUERY_AUTH_CODE:${code}`));
  const authorized = (code: string, appid: string = TESTED.appid) => event(grantXml(clock.now(), { appid, code }));

  /** The reply as WeChat reads it. */
  function opened(body: string): string {
    const field = (name: string) =>
      new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(body)?.[1] ?? '';
    const signed = [CALLBACK_TOKEN, field('TimeStamp'), field('Nonce'), field('Encrypt')].sort().join('');
    expect(field('MsgSignature')).toBe(createHash('sha1').update(signed).digest('hex'));
    const key = Buffer.from(`${AES_KEY}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(Buffer.from(field('Encrypt'), 'base64')), decipher.final()]);
    return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString();
  }

  it.each([
    ['the text', () => text('TESTCOMPONENT_MSG_TYPE_TEXT'), 'TESTCOMPONENT_MSG_TYPE_TEXT_callback'],
    ['an event', () => messageXml({ MsgType: 'event', Event: 'LOCATION' }), 'LOCATIONfrom_callback'],
  ])('answers %s at once, sealed, and keeps nothing', async (_name, xml, content) => {
    const answer = await receive(xml());
    if (answer.kind !== 'reply') throw new Error(`answered ${answer.kind}`);
    expect(opened(answer.body)).toBe(
      `<xml><ToUserName><![CDATA[${OPENID}]]></ToUserName><FromUserName><![CDATA[${TESTED.userName}]]></FromUserName>` +
        `<CreateTime>${Math.floor(clock.now().getTime() / 1_000)}</CreateTime><MsgType><![CDATA[text]]></MsgType>` +
        `<Content><![CDATA[${content}]]></Content></xml>`,
    );
    expect([await count('push_event'), one.jobs.jobs]).toEqual([0, []]);
  });

  it('answers with the key that opened the message, while WeChat still uses the previous one', async () => {
    await one.dataSource.query("UPDATE platform_secret SET slot = 'previous' WHERE kind = 'encoding_aes_key'");
    const newer = box.seal(new Secret('9'.repeat(43)), ['platform_secret', PLATFORM.id, 'encoding_aes_key', 'current']);
    const older = box.seal(new Secret(AES_KEY), ['platform_secret', PLATFORM.id, 'encoding_aes_key', 'previous']);
    await one.dataSource.query("UPDATE platform_secret SET sealed = ? WHERE kind = 'encoding_aes_key'", [older.bytes]);
    await one.dataSource.query(
      `INSERT INTO platform_secret (platform_id, kind, slot, key_id, sealed, updated_at)
       VALUES (?, 'encoding_aes_key', 'current', ?, ?, ?)`,
      [PLATFORM.id, newer.keyId, newer.bytes, clock.now()],
    );
    const answer = await receive(text('TESTCOMPONENT_MSG_TYPE_TEXT'));
    if (answer.kind !== 'reply') throw new Error(`answered ${answer.kind}`);
    expect(opened(answer.body)).toContain('TESTCOMPONENT_MSG_TYPE_TEXT_callback');
  });

  it('takes a code, then answers by a message with the token it bought', async () => {
    expect(await ask()).toEqual({ kind: 'taken' });
    const [row] = await rows();
    expect(one.jobs.jobs).toEqual([{ name: 'process-push-event', payload: { pushEventId: row!.id } }]);
    expect(JSON.stringify(one.jobs.jobs)).not.toContain('@@@');
    expect(await work()).toEqual(['release_check_answered']);
    expect(messages).toEqual([sent(CODE, 'qt-1')]);
  });

  it('answers once, however often the message comes and the job runs', async () => {
    await ask();
    await ask();
    expect(await work()).toEqual(['release_check_answered']);
    await work(two);
    await ask();
    await work();
    expect([messages.length, wechat.count('api_query_auth'), await count('push_event')]).toEqual([1, 1, 1]);
  });

  it('does not need the code to be another one than the event’s', async () => {
    await authorized(CODE);
    await ask();
    expect(await work()).toEqual(['release_check_authorized', 'release_check_answered']);
    expect([messages, wechat.count('api_query_auth')]).toEqual([[sent(CODE, 'qt-1')], 1]);
  });

  it('uses the token that replaced the event’s when the message brings a code of its own', async () => {
    wechat.on('api_query_auth', () => queryAuth(TESTED.appid, { n: wechat.count('api_query_auth') }));
    await authorized('code-1');
    await ask('code-2');
    expect(await work()).toEqual(['release_check_authorized', 'release_check_answered']);
    expect(messages).toEqual([sent('code-2', 'qt-2')]);
  });

  it('two processes with event and message at once exchange the code once', async () => {
    await authorized(CODE);
    await ask();
    const [first, second] = await rows();
    await Promise.all([one.module.get(PushInbox).process(first!.id), two.module.get(PushInbox).process(second!.id)]);
    expect([messages, wechat.count('api_query_auth')]).toEqual([[sent(CODE, 'qt-1')], 1]);
  });

  it('goes on when WeChat’s answer to the exchange was lost: INFO tells the refresh token', async () => {
    wechat.on('api_query_auth', () => ({ errcode: 61010, errmsg: 'code is expired' }));
    await ask();
    expect(await work()).toEqual(['release_check_answered']);
    expect(messages).toEqual([sent(CODE, 'at-1')]);
  });

  it('repeats after a failure of WeChat, without spending the code again', async () => {
    wechat.on('send', () => ({ errcode: -1, errmsg: 'system error' }));
    await ask();
    await expect(work()).rejects.toMatchObject({ code: 'wechat_-1' });
    expect(await rows()).toMatchObject([{ outcome: null }]);
    clock.advance(75_000);
    wechat.on('send', (body, token) => {
      messages.push({ body, token });
      return { errcode: 0, errmsg: 'ok' };
    });
    expect(await work(two)).toEqual(['release_check_answered']);
    expect([messages, wechat.count('api_query_auth')]).toEqual([[sent(CODE, 'qt-1')], 1]);
  });

  it('refreshes a token that WeChat refuses, once', async () => {
    wechat.on('send', (body, token) => {
      messages.push({ body, token });
      return token === 'qt-1' ? { errcode: 40001, errmsg: 'invalid credential' } : { errcode: 0, errmsg: 'ok' };
    });
    await ask();
    expect(await work()).toEqual(['release_check_answered']);
    expect(messages).toEqual([sent(CODE, 'qt-1'), sent(CODE, 'at-1')]);
  });

  it('answers no code that is not ours', async () => {
    wechat.on('api_query_auth', () => ({ errcode: 61009, errmsg: 'code is invalid' }));
    await ask();
    expect(await work()).toEqual(['release_check_code_unknown']);
    expect(messages).toEqual([]);
  });

  it('stores a merchant’s account whose code somebody wrote to the test account, and tells nobody', async () => {
    wechat.on('api_query_auth', () => queryAuth(MERCHANT.appid));
    await seedAccount(one, clock.now(), 1_000);
    await ask();
    expect(await work()).toEqual(['release_check_code_foreign']);
    expect(messages).toEqual([]);
    expect((await one.module.get(AccountTokens).get(AT.platformId, AT.appid, AT.componentAppid)).token.reveal()).toBe(
      'qt-1',
    );
  });

  it('keeps no token when the cancellation was worked off first', async () => {
    wechat.on('api_query_auth', () => queryAuth(TESTED.appid));
    wechat.on('api_get_authorizer_info', () => ({ errcode: 61003, errmsg: 'not authorized' }));
    await event(revokeXml(new Date(clock.now().getTime() + 1_000), TESTED.appid));
    await authorized('code-1', TESTED.appid);
    expect(await work()).toEqual(['release_check_ended', 'release_check_authorized']);
    const left = await one.dataSource.query<unknown[]>('SELECT kind FROM credential WHERE subject_appid = ?', [
      TESTED.appid,
    ]);
    expect(left).toEqual([]);
  });

  it.each([TESTED, MINI])('makes no account of %j, and forgets its tokens at the end', async ({ appid }) => {
    wechat.on('api_query_auth', () => queryAuth(appid));
    const credentials = () =>
      one.dataSource.query<unknown[]>('SELECT kind FROM credential WHERE subject_appid = ?', [appid]);
    await authorized('code-1', appid);
    await work();
    expect((await credentials()).length).toBe(2);
    wechat.on('api_get_authorizer_list', () => ({
      total_count: 1,
      list: [{ authorizer_appid: appid, refresh_token: 'rt-1', auth_time: 1 }],
    }));
    const run = await one.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    await one.module.get(ReconcileRunner).run(run);
    expect(await count('account')).toBe(0);
    await event(revokeXml(new Date(clock.now().getTime() + 1_000), appid));
    expect(await work()).toEqual(['release_check_authorized', 'release_check_ended']);
    expect([await count('account'), await credentials()]).toEqual([0, []]);
    expect(await one.module.get(AccountRepository).find(AT.platformId, appid)).toBeNull();
  });

  it.each([
    ['a merchant’s follower', () => text('TESTCOMPONENT_MSG_TYPE_TEXT', MERCHANT.userName), MERCHANT.appid],
    ['a merchant’s follower with a code', () => text(`QUERY_AUTH_CODE:${CODE}`, MERCHANT.userName), MERCHANT.appid],
    [
      'a merchant’s event',
      () => messageXml({ MsgType: 'event', Event: 'LOCATION' }, MERCHANT.userName),
      MERCHANT.appid,
    ],
    [
      'a merchant’s message on a test account’s path',
      () => text(`QUERY_AUTH_CODE:${CODE}`, MERCHANT.userName),
      TESTED.appid,
    ],
    ['a test message on a merchant’s path', () => text(`QUERY_AUTH_CODE:${CODE}`), MERCHANT.appid],
    ['an unknown appid', () => text('hello', 'gh_nobody'), 'wxnobody'],
    [
      'a replay of an old code',
      () => text(`QUERY_AUTH_CODE:${CODE}`, TESTED.userName, new Date(clock.now().getTime() - 3_601_000)),
      TESTED.appid,
    ],
    ['XML that we do not read', () => '<xml><MsgType>text</MsgType><MsgType>text</MsgType></xml>', MERCHANT.appid],
  ])('drops %s', async (_name, xml, appid) => {
    expect(await receive(xml(), appid)).toEqual({ kind: 'dropped' });
    expect([await count('push_event'), one.jobs.jobs, wechat.count('api_query_auth')]).toEqual([0, [], 0]);
  });

  it('believes no wrong signature and no other platform', async () => {
    await expect(receive(text('TESTCOMPONENT_MSG_TYPE_TEXT'), TESTED.appid, { token: 'wrong' })).rejects.toMatchObject({
      code: 'callback_signature_mismatch',
    });
    const { query, body } = push(text('TESTCOMPONENT_MSG_TYPE_TEXT'));
    const other = one.module.get(MessageInbox).receive('wxother', TESTED.appid, query, body);
    await expect(other).rejects.toMatchObject({ code: 'platform_unknown' });
  });
});
