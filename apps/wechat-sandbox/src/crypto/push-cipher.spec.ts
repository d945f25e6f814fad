import { decodeAesKey, decryptPush, encryptPush, pushSignature } from './push-cipher';
import vectors from './push-vectors.json';

interface Vector {
  id: string;
  token: string;
  encodingAesKey: string;
  appid: string;
  prefix: string;
  message: string;
  encrypt: string;
  timestamp?: string;
  nonce?: string;
  signature?: string;
  msgSignature?: string;
}
const all: Vector[] = vectors;
const signed = all.filter((vector) => vector.msgSignature !== undefined);

describe('push cipher against published vectors', () => {
  it('covers the official ones', () => {
    expect(all.map(({ id }) => id)).toEqual(['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W1b', 'W7', 'D1', 'D2', 'D3']);
    expect(signed).toHaveLength(10);
  });

  it.each(all.map((vector) => [vector.id, vector] as const))('%s decrypts', (_id, vector) => {
    expect(decryptPush(vector.encodingAesKey, vector.encrypt)).toEqual({
      prefix: vector.prefix,
      message: vector.message,
      appid: vector.appid,
    });
  });

  it.each(all.map((vector) => [vector.id, vector] as const))('%s encrypts to the same text', (_id, vector) => {
    const { encodingAesKey, appid, message, prefix } = vector;
    expect(encryptPush(encodingAesKey, appid, message, prefix)).toBe(vector.encrypt);
  });

  it.each(signed.map((vector) => [vector.id, vector] as const))('%s has both signatures', (_id, vector) => {
    const { token, timestamp = '', nonce = '', encrypt } = vector;
    expect(pushSignature(token, timestamp, nonce)).toBe(vector.signature);
    expect(pushSignature(token, timestamp, nonce, encrypt)).toBe(vector.msgSignature);
  });
});

describe('push cipher at its edges', () => {
  const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

  it('pads a full block when the text fits exactly', () => {
    const appid = 'wx2c2769f8efd9abc2';
    const message = 'x'.repeat(64 - 20 - appid.length);
    const encrypted = encryptPush(key, appid, message);
    expect(Buffer.from(encrypted, 'base64')).toHaveLength(96);
    expect(decryptPush(key, encrypted)).toMatchObject({ message, appid });
  });

  it('gives another ciphertext every time', () => {
    expect(encryptPush(key, 'wx1', 'same')).not.toBe(encryptPush(key, 'wx1', 'same'));
  });

  it('refuses keys of the wrong length and wrong padding', () => {
    expect(() => decodeAesKey(key.slice(1))).toThrow(RangeError);
    expect(() => decodeAesKey(`${key.slice(1)}=`)).toThrow(RangeError);
    expect(() => decryptPush('A'.repeat(43), encryptPush(key, 'wx1', 'text'))).toThrow();
  });
});
