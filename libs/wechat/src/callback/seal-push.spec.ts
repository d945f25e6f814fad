import { AES_KEY, APPID, keysWith, OTHER_AES_KEY, TICKET_XML } from '../testing/pushes';
import { openCallback } from './open-callback';
import { sealPush } from './seal-push';

const at = { xml: TICKET_XML, timestamp: 1_413_192_605, nonce: 'abc123' };

function opened(sealed: { query: string; body: string }, keys = keysWith()): unknown {
  const query = new URLSearchParams(sealed.query);
  const part = (name: string): string => query.get(name) ?? '';
  const signed = { timestamp: part('timestamp'), nonce: part('nonce'), msgSignature: part('msg_signature') };
  return openCallback(keys, signed, Buffer.from(sealed.body));
}

describe('sealPush', () => {
  it('makes a push that opens to the same message', () => {
    expect(opened(sealPush(keysWith(), at))).toMatchObject({ xml: TICKET_XML, keyIndex: 0 });
    expect(sealPush(keysWith(), at).query).toContain('encrypt_type=aes');
  });

  it('seals with the current token and key, not the previous ones', () => {
    const both = keysWith({ tokens: ['new', 'old'], aesKeys: [OTHER_AES_KEY, AES_KEY] });
    expect(opened(sealPush(both, at), keysWith({ tokens: ['new'], aesKeys: [OTHER_AES_KEY] }))).toBeDefined();
    expect(() => opened(sealPush(both, at), keysWith({ tokens: ['old'] }))).toThrow('callback token');
    expect(() => opened(sealPush(both, at), keysWith({ tokens: ['new'] }))).toThrow('EncodingAESKey');
  });

  it('shows neither message nor key, and no two alike', () => {
    const [one, two] = [sealPush(keysWith(), at), sealPush(keysWith(), at)];
    expect(one.body).not.toBe(two.body);
    expect(one.body + one.query).not.toMatch(new RegExp(`ticket@@@|${AES_KEY}`));
    expect(one.body).toContain(APPID);
  });

  it('refuses to seal without keys', () => {
    expect(() => sealPush(keysWith({ tokens: [] }), at)).toThrow('callback_keys_missing');
  });
});
