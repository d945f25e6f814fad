import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** WeChat pads to 32 bytes although the cipher's own block is 16 (message push page of third-party platforms). */
const PAD_BLOCK = 32;

/** 43 characters decode to 32 bytes; the last two bits of the 43rd are ignored. Throws RangeError on any other key. */
export function decodeAesKey(encodingAesKey: string): Buffer {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  if (!/^[A-Za-z0-9]{43}$/.test(encodingAesKey) || key.length !== 32) {
    throw new RangeError('EncodingAESKey must be 43 letters and digits');
  }
  return key;
}

/** Lower-case hex SHA-1 over the parts in byte order: token, timestamp, nonce and, for msg_signature, Encrypt. */
export function pushSignature(...parts: string[]): string {
  const sorted = parts.map((part) => Buffer.from(part)).sort((a, b) => Buffer.compare(a, b));
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
}

/** Real pushes carry 16 printable bytes in front; so do these. */
function randomPrefix(): string {
  return randomBytes(8).toString('hex');
}

/** Base64 of AES-256-CBC over prefix | length (4 bytes, big-endian) | message | appid, padded to 32. */
export function encryptPush(encodingAesKey: string, appid: string, message: string, prefix = randomPrefix()): string {
  const key = decodeAesKey(encodingAesKey);
  const body = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([Buffer.from(prefix), length, body, Buffer.from(appid)]);
  const pad = PAD_BLOCK - (plain.length % PAD_BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}

export interface OpenedPush {
  readonly prefix: string;
  readonly message: string;
  readonly appid: string;
}

/** The inverse. Throws Error when padding or length cannot be right. */
export function decryptPush(encodingAesKey: string, encrypted: string): OpenedPush {
  const key = decodeAesKey(encodingAesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  const pad = plain.at(-1) ?? 0;
  if (pad < 1 || pad > PAD_BLOCK) throw new Error('padding is not 1..32');
  const end = plain.length - pad;
  const messageEnd = 20 + plain.readUInt32BE(16);
  if (messageEnd > end) throw new Error('message is longer than the plaintext');
  return {
    prefix: plain.subarray(0, 16).toString(),
    message: plain.subarray(20, messageEnd).toString(),
    appid: plain.subarray(messageEnd, end).toString(),
  };
}
