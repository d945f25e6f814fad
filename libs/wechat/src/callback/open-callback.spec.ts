import { createCipheriv } from 'node:crypto';
import { type AppError, Secret } from '@app/kernel';
import fc from 'fast-check';
import { APPID, AES_KEY, keysWith, OTHER_AES_KEY, push, signedPush, TICKET_XML, TOKEN } from '../testing/pushes';
import { CallbackError, type CallbackRefusal } from './callback-error';
import { aesKey } from './message-cipher';
import { openCallback } from './open-callback';

const MEGABYTE = 1_048_576;

function refusalOf(act: () => unknown): CallbackRefusal | 'opened' {
  try {
    act();
    return 'opened';
  } catch (error) {
    if (error instanceof CallbackError) return error.refusal;
    throw error;
  }
}

/** Encrypts raw bytes without any padding of ours. */
function rawCipher(plain: Buffer): string {
  const key = aesKey(new Secret(AES_KEY));
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** `random | length | message | appid` padded to 32, with the pad bytes under the test's control. */
function plainWith(parts: { length?: number; pad?: (bytes: Buffer) => void }): Buffer {
  const message = Buffer.from(TICKET_XML);
  const head = Buffer.alloc(20, 'r');
  head.writeUInt32BE(parts.length ?? message.length, 16);
  const plain = Buffer.concat([head, message, Buffer.from(APPID)]);
  const size = 32 - (plain.length % 32);
  const pad = Buffer.alloc(size, size);
  parts.pad?.(pad);
  return Buffer.concat([plain, pad]);
}

describe('openCallback', () => {
  it('opens a push and reads its fields, byte for byte', () => {
    const { query, body } = push(TICKET_XML);
    const opened = openCallback(keysWith(), query, body);
    expect(opened.xml).toBe(TICKET_XML);
    expect(opened.fields.get('ComponentVerifyTicket')).toBe('ticket@@@T');
    expect(opened.keyIndex).toBe(0);
  });

  it('tries the current token and key first, then the previous ones', () => {
    const { query, body } = push(TICKET_XML);
    const rotated = keysWith({ tokens: ['newtoken', TOKEN], aesKeys: [OTHER_AES_KEY, AES_KEY] });
    expect(openCallback(rotated, query, body).keyIndex).toBe(1);
  });

  it('takes a message of an account, whose envelope names a gh_ id', () => {
    const message =
      '<xml><ToUserName>gh_1</ToUserName><MsgType>text</MsgType><Content><![CDATA[你好]]></Content></xml>';
    const { query, body } = push(message, { envelope: '<ToUserName><![CDATA[gh_1]]></ToUserName>' });
    expect(openCallback(keysWith(), query, body).fields.get('Content')).toBe('你好');
  });

  it('takes the AppId of a mini program card for what it is', () => {
    const card = '<xml><MsgType>miniprogrampage</MsgType><AppId>wx0000000000000001</AppId></xml>';
    const { query, body } = push(card, { envelope: '' });
    expect(openCallback(keysWith(), query, body).fields.get('AppId')).toBe('wx0000000000000001');
  });

  it('leaves out fields that hold elements', () => {
    const event = `<xml><AppId>${APPID}</AppId><InfoType>notify_third_fasteregister</InfoType><info><name>n</name></info></xml>`;
    const { query, body } = push(event);
    expect([...openCallback(keysWith(), query, body).fields.keys()]).toEqual(['AppId', 'InfoType']);
  });

  const good = push(TICKET_XML);
  const query = (change: Partial<typeof good.query>) => ({ ...good, query: { ...good.query, ...change } });
  const body = (text: string | Buffer) => ({ ...good, body: Buffer.from(text) });
  const dtd = '<!DOCTYPE xml [<!ENTITY a "b">]>';
  const cases: [string, CallbackRefusal, ReturnType<typeof push>][] = [
    ['no signature', 'signature_missing', query({ msgSignature: '' })],
    ['no timestamp', 'signature_missing', query({ timestamp: '' })],
    ['no nonce', 'signature_missing', query({ nonce: '' })],
    ['an empty body', 'envelope_invalid', body('')],
    ['JSON', 'envelope_invalid', body('{"Encrypt":"x"}')],
    ['no Encrypt', 'envelope_invalid', body('<xml><AppId>x</AppId></xml>')],
    ['an empty Encrypt', 'envelope_invalid', body('<xml><Encrypt/></xml>')],
    ['two Encrypt', 'envelope_invalid', body('<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>')],
    ['a DTD', 'envelope_invalid', body(dtd + good.body.toString())],
    ['bytes that are not UTF-8', 'envelope_invalid', body(Buffer.from([0x3c, 0xff, 0xfe]))],
    ['more than 1 MB', 'envelope_invalid', body(Buffer.concat([good.body, Buffer.alloc(MEGABYTE, ' ')]))],
    ['another token', 'signature_mismatch', push(TICKET_XML, { token: 'forged' })],
    ['another nonce', 'signature_mismatch', query({ nonce: '1' })],
    ['a signature in upper case', 'signature_mismatch', query({ msgSignature: good.query.msgSignature.toUpperCase() })],
    ['a signature cut short', 'signature_mismatch', query({ msgSignature: good.query.msgSignature.slice(0, 39) })],
    ['a longer signature', 'signature_mismatch', query({ msgSignature: `${good.query.msgSignature}0` })],
    ['a signature of odd characters', 'signature_mismatch', query({ msgSignature: '签'.repeat(40) })],
    ['base64url', 'not_base64', signedPush('a-_b'.repeat(16))],
    ['base64 without padding', 'not_base64', signedPush('QQ')],
    ['base64 with a line break', 'not_base64', signedPush(`${'AAAA'.repeat(8)}\n${'AAAA'.repeat(8)}`)],
    ['base64 with trailing bits', 'not_base64', signedPush('QR==')],
    ['a ciphertext of 16 bytes', 'length_invalid', signedPush(Buffer.alloc(16).toString('base64'))],
    ['a ciphertext of 33 bytes', 'length_invalid', signedPush(Buffer.alloc(33).toString('base64'))],
    ['another key', 'padding_invalid', push(TICKET_XML, { aesKey: OTHER_AES_KEY })],
    [
      'a pad byte of 0',
      'padding_invalid',
      signedPush(rawCipher(plainWith({ pad: (p) => p.writeUInt8(0, p.length - 1) }))),
    ],
    [
      'a pad byte of 33',
      'padding_invalid',
      signedPush(rawCipher(plainWith({ pad: (p) => p.writeUInt8(33, p.length - 1) }))),
    ],
    ['unequal pad bytes', 'padding_invalid', signedPush(rawCipher(plainWith({ pad: (p) => p.writeUInt8(1) })))],
    ['nothing but padding', 'truncated', signedPush(rawCipher(Buffer.alloc(32, 32)))],
    ['a length beyond the end', 'truncated', signedPush(rawCipher(plainWith({ length: 5000 })))],
    ['a length of 2^32-1', 'truncated', signedPush(rawCipher(plainWith({ length: 2 ** 32 - 1 })))],
    ['a length one too small', 'appid_mismatch', signedPush(rawCipher(plainWith({ length: TICKET_XML.length - 1 })))],
    ['the tail of another platform', 'appid_mismatch', push(TICKET_XML, { tailAppid: 'wx0000000000000000' })],
    ['an envelope of another platform', 'appid_mismatch', push(TICKET_XML, { envelope: '<AppId>wx0</AppId>' })],
    ['an event of another platform', 'appid_mismatch', push(TICKET_XML.replace(APPID, 'wx0000000000000000'))],
    ['text that is not XML', 'xml_invalid', push('1616140317555161061')],
    ['a message with a DTD', 'xml_invalid', push(`${dtd}<xml><a>&a;</a></xml>`)],
    ['a message that is not UTF-8', 'xml_invalid', push(Buffer.from('3c786d6c3eff3c2f786d6c3e', 'hex'))],
  ];
  it.each(cases)('refuses %s as %s', (_what, refusal, sent) => {
    expect(refusalOf(() => openCallback(keysWith(), sent.query, sent.body))).toBe(refusal);
  });

  it('says denied for signatures and invalid for the rest', () => {
    expect(new CallbackError('signature_missing')).toMatchObject({
      kind: 'denied',
      code: 'callback_signature_missing',
    });
    expect(new CallbackError('signature_mismatch').kind).toBe('denied');
    expect(new CallbackError('truncated')).toMatchObject({ kind: 'invalid', code: 'callback_truncated' });
  });

  it('tells the refusal of the key that came furthest', () => {
    const foreign = push(TICKET_XML, { tailAppid: 'wx0000000000000000' });
    const rotated = keysWith({ aesKeys: [OTHER_AES_KEY, AES_KEY] });
    expect(refusalOf(() => openCallback(rotated, foreign.query, foreign.body))).toBe('appid_mismatch');
  });

  it('never accepts an empty token, with which anyone could sign', () => {
    const forged = push(TICKET_XML, { token: '' });
    expect(refusalOf(() => openCallback(keysWith({ tokens: [''] }), forged.query, forged.body))).toBe(
      'signature_mismatch',
    );
  });

  it.each([[[]], [['short']]])('calls keys %j our own mistake', (aesKeys) => {
    expect(() => openCallback(keysWith({ aesKeys }), good.query, good.body)).toThrow(
      expect.objectContaining({ kind: 'bug', code: 'encoding_aes_key_invalid' }) as AppError,
    );
  });

  it('never opens a push of which one byte was changed', () => {
    const mutation = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    const encryptAt = good.body.indexOf('<Encrypt>');
    fc.assert(
      fc.property(mutation, ([at, flip]) => {
        const changed = Buffer.from(good.body);
        const index = at % changed.length;
        changed[index] = changed[index]! ^ flip;
        const outcome = refusalOf(() => openCallback(keysWith(), good.query, changed));
        // Outside the signed part a change may be harmless, such as another element name; Encrypt is never.
        if (index >= encryptAt + 18 && index < changed.length - 19) expect(outcome).not.toBe('opened');
      }),
      { numRuns: 3000 },
    );
  });

  it('never opens a correctly signed ciphertext of which one byte of the last block was changed, nor throws otherwise', () => {
    const encrypt = /CDATA\[([A-Za-z0-9+/=]{40,})\]/.exec(good.body.toString())![1]!;
    const bytes = Buffer.from(encrypt, 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ flip;
        const sent = signedPush(changed.toString('base64'));
        const outcome = refusalOf(() => openCallback(keysWith(), sent.query, sent.body));
        if (at >= bytes.length - 32) expect(outcome).not.toBe('opened');
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing but CallbackError for arbitrary bodies and queries', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), text, text, text, (bytes, timestamp, nonce, msgSignature) => {
        const outcome = refusalOf(() =>
          openCallback(keysWith(), { timestamp, nonce, msgSignature }, Buffer.from(bytes)),
        );
        expect(outcome).not.toBe('opened');
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing but CallbackError for arbitrary signed plaintext', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const sent = push(Buffer.from(bytes));
        expect(refusalOf(() => openCallback(keysWith(), sent.query, sent.body))).toBe('xml_invalid');
      }),
      { numRuns: 1000 },
    );
  });
});
