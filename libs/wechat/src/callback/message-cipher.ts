import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError, type Secret } from '@app/kernel';

/** How far the opening of a ciphertext came before it failed. */
export type CipherRefusal = 'padding_invalid' | 'truncated' | 'appid_mismatch';

const BLOCK = 32;
const RANDOM_BYTES = 16;
const HEADER_BYTES = RANDOM_BYTES + 4;

/** 43 characters of A-Z a-z 0-9, as the WeChat console makes them. */
export function isEncodingAesKey(text: string): boolean {
  return /^[A-Za-z0-9]{43}$/.test(text);
}

/** Throws `encoding_aes_key_invalid` when the configured key has not the form of one. */
export function aesKey(encodingAesKey: Secret): Buffer {
  const text = encodingAesKey.reveal();
  if (!isEncodingAesKey(text)) throw new AppError('bug', 'encoding_aes_key_invalid');
  // The last 2 bits of the 43rd character are not part of the key and need not be zero: Node's decoder drops them.
  return Buffer.from(`${text}=`, 'base64');
}

/** The length of a ciphertext: padded to 32, so 16-byte AES blocks alone are not enough. */
export function isCipherLength(bytes: number): boolean {
  return bytes > 0 && bytes % BLOCK === 0;
}

/** Decrypts `random (16) | length (4, big endian) | message | appid | padding`: the message, or why it does not open. */
export function decryptMessage(ciphertext: Buffer, key: Buffer, appid: string): Buffer | CipherRefusal {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const pad = padded.at(-1) ?? 0;
  // WeChat's sample takes a pad outside 1..32 for "no padding"; nothing WeChat sends needs that.
  if (pad < 1 || pad > BLOCK || !padded.subarray(-pad).every((byte) => byte === pad)) return 'padding_invalid';
  const plain = padded.subarray(0, -pad);
  if (plain.length < HEADER_BYTES) return 'truncated';
  const end = HEADER_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) return 'truncated';
  return plain.subarray(end).equals(Buffer.from(appid, 'utf8')) ? plain.subarray(HEADER_BYTES, end) : 'appid_mismatch';
}

/** The reverse. `random` is given only where a published example is reproduced. */
export function encryptMessage(
  message: Buffer,
  key: Buffer,
  appid: string,
  random: Buffer = randomBytes(RANDOM_BYTES),
): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([random, length, message, Buffer.from(appid, 'utf8')]);
  const pad = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]);
}
