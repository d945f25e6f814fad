import {
  AES_KEY,
  CALLBACK_TOKEN,
  PLATFORM,
  type SandboxFixture,
  startFixture,
  stopFixture,
} from '../../test/sandbox-fixture';
import { encryptPush, pushSignature } from '../crypto/push-cipher';
import { type Platform } from '../state/model';
import { replyFault } from './passive-reply';
import { xmlDocument } from './push-xml';

const WANTED = { to: 'oFan', from: 'gh_1', content: 'hello' } as const;
const GOOD = { ToUserName: 'oFan', FromUserName: 'gh_1', CreateTime: 1, MsgType: 'text', Content: 'hello' };

describe('replyFault', () => {
  let box: SandboxFixture;
  let platform: Platform;
  beforeAll(async () => {
    box = await startFixture();
    platform = box.world.store.platforms.get(PLATFORM)!;
  });
  afterAll(() => stopFixture(box));

  function reply(fields: object, over: { key?: string; appid?: string; token?: string } = {}): string {
    const encrypted = encryptPush(over.key ?? AES_KEY, over.appid ?? PLATFORM, xmlDocument(Object.entries(fields)));
    return xmlDocument([
      ['Encrypt', encrypted],
      ['MsgSignature', pushSignature(over.token ?? CALLBACK_TOKEN, '7', 'nonce', encrypted)],
      ['TimeStamp', 7],
      ['Nonce', 'nonce'],
    ]);
  }

  it('takes a good reply', () => {
    expect(replyFault(platform, reply(GOOD), WANTED)).toBeNull();
  });

  it.each([
    ['', 'empty body'],
    ['success', 'not an encrypted reply'],
  ])('refuses %j', (body, fault) => {
    expect(replyFault(platform, body, WANTED)).toBe(fault);
  });

  it.each([
    ['another signature', GOOD, { token: 'x' }, 'MsgSignature does not fit'],
    ['another key', GOOD, { key: 'A'.repeat(43) }, /cannot be decrypted|sealed for another/],
    ['another platform', GOOD, { appid: 'wxother' }, 'sealed for another platform'],
    ['the follower as sender', { ...GOOD, FromUserName: 'oFan' }, {}, 'FromUserName is not gh_1'],
    ['other words', { ...GOOD, Content: 'hello ' }, {}, 'Content is not hello'],
    ['another type', { ...GOOD, MsgType: 'event' }, {}, 'MsgType is not text'],
    ['no time', { ...GOOD, CreateTime: '' }, {}, 'CreateTime is no number'],
  ])('refuses %s', (_name, fields, over, fault) => {
    expect(replyFault(platform, reply(fields, over), WANTED)).toEqual(
      typeof fault === 'string' ? fault : expect.stringMatching(fault),
    );
  });
});
