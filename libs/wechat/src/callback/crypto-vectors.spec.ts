import { Secret } from '@app/kernel';
import fc from 'fast-check';
import { CRYPTO_VECTORS, type CryptoVector } from '../testing/crypto-vectors';
import { keysWith } from '../testing/pushes';
import { cdata, parseFlatXml } from './flat-xml';
import { aesKey, decryptMessage, encryptMessage, isEncodingAesKey } from './message-cipher';
import { openCallback } from './open-callback';
import { sealReply } from './seal-reply';
import { isSameSignature, signMessage } from './signature';

const table = CRYPTO_VECTORS.map((vector): [string, CryptoVector] => [vector.id, vector]);
const signed = table.flatMap(([id, vector]) => (vector.signed ? [[id, vector, vector.signed] as const] : []));
const pushed = signed.flatMap(([id, vector, query]) =>
  vector.envelope ? [[id, vector, query, vector.envelope] as const] : [],
);

function keyOf(vector: CryptoVector): Buffer {
  return aesKey(new Secret(vector.encodingAesKey));
}

describe('published examples', () => {
  it('holds all eleven', () => {
    expect([table.length, signed.length, pushed.length]).toEqual([11, 10, 8]);
  });

  it.each(table)('%s decrypts', (_id, vector) => {
    const message = decryptMessage(Buffer.from(vector.encrypt, 'base64'), keyOf(vector), vector.appid);
    expect(message.toString()).toBe(vector.plaintext);
  });

  it.each(table)('%s encrypts to the same bytes', (_id, vector) => {
    const random = Buffer.from(vector.random, 'latin1');
    const sealed = encryptMessage(Buffer.from(vector.plaintext), keyOf(vector), vector.appid, random);
    expect(sealed.toString('base64')).toBe(vector.encrypt);
  });

  it.each(signed)('%s has the printed signature', (_id, vector, query) => {
    const signature = signMessage(new Secret(vector.token), query.timestamp, query.nonce, vector.encrypt);
    expect(signature).toBe(query.msgSignature);
    expect(isSameSignature(signature, query.msgSignature)).toBe(true);
  });

  it.each(pushed)('%s opens as a push', (_id, vector, query, [name, value]) => {
    const { appid, token, encodingAesKey, encrypt, plaintext } = vector;
    const body = Buffer.from(`<xml><${name}>${cdata(value)}</${name}><Encrypt>${cdata(encrypt)}</Encrypt></xml>`);
    const opened = openCallback(keysWith({ appid, tokens: [token], aesKeys: [encodingAesKey] }), query, body);
    expect(opened.xml).toBe(plaintext);
    expect(opened.fields.get('CreateTime')).toMatch(/^\d{10}$/);
  });

  it.each(signed)('%s is what sealReply makes', (_id, vector, { timestamp, nonce, msgSignature }) => {
    const keys = keysWith({ appid: vector.appid, tokens: [vector.token], aesKeys: [vector.encodingAesKey] });
    const random = Buffer.from(vector.random, 'latin1');
    const reply = sealReply(keys, { xml: vector.plaintext, timestamp, nonce, random });
    expect(reply).toMatchObject({ encrypt: vector.encrypt, msgSignature });
    expect(Object.fromEntries(parseFlatXml(reply.body))).toEqual({
      Encrypt: vector.encrypt,
      MsgSignature: msgSignature,
      TimeStamp: timestamp,
      Nonce: nonce,
    });
  });

  it('refuses to seal without keys', () => {
    const reply = { xml: '<xml/>', timestamp: '1', nonce: '2' };
    expect(() => sealReply(keysWith({ tokens: [] }), reply)).toThrow('callback_keys_missing');
    expect(() => sealReply(keysWith({ aesKeys: ['short'] }), reply)).toThrow('encoding_aes_key_invalid');
  });
});

describe('round trip', () => {
  const encodingAesKey = fc.stringMatching(/^[A-Za-z0-9]{43}$/);

  it('gives back every message under every key, whatever the pad length', () => {
    fc.assert(
      fc.property(
        encodingAesKey,
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^wx[0-9a-f]{16}$/),
        (text, message, appid) => {
          expect(isEncodingAesKey(text)).toBe(true);
          const key = aesKey(new Secret(text));
          expect(key).toHaveLength(32);
          const opened = decryptMessage(encryptMessage(Buffer.from(message), key, appid), key, appid);
          expect(opened).toEqual(Buffer.from(message));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(Array.from({ length: 33 }, (_, i) => i))('a message of %i bytes', (length) => {
    const key = aesKey(new Secret('a'.repeat(43)));
    const ciphertext = encryptMessage(Buffer.alloc(length, 'm'), key, 'wx1');
    expect(ciphertext.length % 32).toBe(0);
    expect(decryptMessage(ciphertext, key, 'wx1').toString()).toBe('m'.repeat(length));
  });

  it('drops the two spare bits of the 43rd character', () => {
    const keys = ['A', 'B', 'C', 'D'].map((last) => aesKey(new Secret('A'.repeat(42) + last)));
    for (const key of keys) expect(key).toEqual(Buffer.alloc(32));
  });

  it.each(['', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}+`, `${'a'.repeat(43)}\n`])(
    'does not take %j for an EncodingAESKey',
    (text) => {
      expect(isEncodingAesKey(text)).toBe(false);
    },
  );
});
