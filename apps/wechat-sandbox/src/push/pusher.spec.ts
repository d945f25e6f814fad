import { XMLParser } from 'fast-xml-parser';
import {
  ACCOUNT,
  AES_KEY,
  CALLBACK_TOKEN,
  PLATFORM,
  type PushReceiver,
  type ReceivedPush,
  type SandboxFixture,
  START,
  startFixture,
  startReceiver,
  stopFixture,
} from '../../test/sandbox-fixture';
import { decryptPush, pushSignature } from '../crypto/push-cipher';
import { TicketSchedule } from './ticket-schedule';

interface Opened {
  envelope: Record<string, string>;
  xml: string;
  event: Record<string, string>;
  signatureFits: boolean;
}

const parser = new XMLParser({ parseTagValue: false });

function open(push: ReceivedPush): Opened {
  const envelope = (parser.parse(push.body) as { xml: Record<string, string> }).xml;
  const query = (name: string): string => push.url.searchParams.get(name) ?? '';
  const wanted = pushSignature(CALLBACK_TOKEN, query('timestamp'), query('nonce'), envelope['Encrypt']!);
  const { message, appid } = decryptPush(AES_KEY, envelope['Encrypt']!);
  expect(appid).toBe(PLATFORM);
  const event = (parser.parse(message) as { xml: Record<string, string> }).xml;
  return { envelope, xml: message, event, signatureFits: wanted === query('msg_signature') };
}

describe('pushes', () => {
  let receiver: PushReceiver;
  let box: SandboxFixture;
  beforeEach(async () => {
    receiver = await startReceiver();
    box = await startFixture(`${receiver.origin}/events`);
    await until(() => box.world.deliveries.list().every(({ state }) => state !== 'pending'));
    receiver.received.length = 0;
    await box.control('DELETE', '/pushes');
  });
  afterEach(async () => {
    await stopFixture(box);
    await receiver.close();
  });

  const push = (body: object): Promise<Record<string, unknown>> =>
    box.control('POST', '/push', { component_appid: PLATFORM, ...body });
  const act = (name: string, body: object = {}): Promise<Record<string, unknown>> =>
    box.control('POST', `/accounts/${ACCOUNT}/${name}`, { component_appid: PLATFORM, ...body });
  const infoTypes = (): string[] => receiver.received.map((one) => open(one).event['InfoType']!);

  it('carry a ticket in a signed, encrypted envelope', async () => {
    expect(await push({})).toMatchObject({
      deliveries: [{ state: 'delivered', info_type: 'component_verify_ticket' }],
    });
    const [got] = receiver.received;
    expect([...got!.url.searchParams.keys()]).toEqual([
      'signature',
      'timestamp',
      'nonce',
      'encrypt_type',
      'msg_signature',
    ]);
    const { envelope, event, signatureFits } = open(got!);
    expect(signatureFits).toBe(true);
    expect(Object.keys(envelope)).toEqual(['AppId', 'Encrypt']);
    expect(event).toEqual({
      AppId: PLATFORM,
      CreateTime: String(START / 1000),
      InfoType: 'component_verify_ticket',
      ComponentVerifyTicket: box.world.store.platforms.get(PLATFORM)!.tickets.at(-1)!.value,
    });
  });

  it('come again until the body is exactly "success" with status 200', async () => {
    await box.control('PUT', '/faults', { pushTries: 5 });
    receiver.answers.push(
      { status: 200, body: 'success\n' },
      { status: 200, body: '<xml>success</xml>' },
      { status: 500, body: 'success' },
    );
    const answer = await push({});
    expect(answer).toMatchObject({ deliveries: [{ state: 'delivered' }] });
    const [delivery] = box.world.deliveries.list();
    expect(delivery!.attempts.map(({ ok, status }) => [ok, status])).toEqual([
      [false, 200],
      [false, 200],
      [false, 500],
      [true, 200],
    ]);
    const bodies = new Set(receiver.received.map(({ body }) => body));
    expect(bodies.size).toBe(4);
    expect(new Set(receiver.received.map((one) => open(one).xml)).size).toBe(1);
  });

  it('give up after their tries, and on slow answers', async () => {
    await box.control('PUT', '/faults', { pushTries: 2, pushTimeoutMs: 50, pushRetryReencrypts: false });
    receiver.answers.push({ status: 200, body: 'success', afterMs: 2000 }, { status: 200, body: '' });
    expect(await push({})).toMatchObject({
      deliveries: [{ state: 'failed', attempts: [{ error: 'timeout' }, { error: 'body is not success' }] }],
    });
    expect(receiver.received[0]!.body).toBe(receiver.received[1]!.body);
  });

  it('tell about authorizations', async () => {
    await act('authorize', { sets: [2], pre_auth_code: 'preauthcode@@@mine' });
    await act('update', { sets: [2] });
    await act('update', { sets: [1, 2] });
    await act('cancel');
    expect(infoTypes()).toEqual(['authorized', 'updateauthorized', 'unauthorized']);
    const { event, xml } = open(receiver.received[0]!);
    expect(event).toMatchObject({
      AuthorizerAppid: ACCOUNT,
      PreAuthCode: 'preauthcode@@@mine',
      AuthorizationCodeExpiredTime: String(Number(event['CreateTime']) + 3600),
      AuthorizationCode: expect.stringMatching(/^queryauthcode@@@/),
    });
    expect(xml).toContain('</InfoType>\n<AuthorizerAppid><![CDATA[');
  });

  it('can be lost, doubled, late and wrongly signed', async () => {
    await box.control('PUT', '/faults', { eventLost: true });
    expect(await act('authorize')).toMatchObject({ event: 'authorized', delivery: { state: 'lost' } });
    await act('cancel');
    expect(receiver.received).toEqual([]);
    await box.control('PUT', '/faults', { eventLost: false, eventDuplicate: true });
    await act('authorize');
    expect(infoTypes()).toEqual(['authorized', 'authorized']);
    await push({ wrongSignature: true });
    expect(open(receiver.received.at(-1)!).signatureFits).toBe(false);
    const before = receiver.received.length;
    await push({ kind: 'unauthorized', appid: ACCOUNT, delayMs: 50, wait: false });
    expect(receiver.received).toHaveLength(before);
    await until(() => receiver.received.length === before + 1);
    await push({ kind: 'other', infoType: 'notify_third_fasteregister', duplicate: true });
    expect(infoTypes().slice(-2)).toEqual(['notify_third_fasteregister', 'notify_third_fasteregister']);
  });

  it('bring messages of an account to its own URL', async () => {
    await push({ kind: 'message', appid: ACCOUNT, content: '你好' });
    const [got] = receiver.received;
    expect(got!.url.pathname).toBe(`/accounts/${ACCOUNT}/messages`);
    expect(got!.url.searchParams.get('openid')).not.toBeNull();
    const { envelope, event } = open(got!);
    expect(Object.keys(envelope)).toEqual(['ToUserName', 'Encrypt']);
    expect(event).toMatchObject({ MsgType: 'text', Content: '你好' });
  });

  it('stop for a minute after many failures', async () => {
    await box.control('PUT', '/faults', { pushBlockAfterFailures: 1 });
    receiver.answers.push({ status: 503, body: '' });
    expect(await push({})).toMatchObject({ deliveries: [{ state: 'failed' }] });
    expect(await push({})).toMatchObject({ deliveries: [{ state: 'blocked' }] });
  });

  it('bring a ticket when the clock jumps past its time, unless stopped', async () => {
    const { store, clock, faults, pusher } = box.world;
    const schedule = new TicketSchedule(store, clock, faults, pusher, 600);
    schedule.start();
    await box.control('PUT', '/clock', { now: new Date(START + 599_000).toISOString() });
    expect(receiver.received).toHaveLength(0);
    await box.control('PUT', '/clock', { now: new Date(START + 600_000).toISOString() });
    await until(() => receiver.received.length === 1);
    await push({ kind: 'stop' });
    await box.control('PUT', '/clock', { now: new Date(START + 9_000_000).toISOString() });
    schedule.stop();
    expect(box.world.deliveries.list()).toHaveLength(1);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
