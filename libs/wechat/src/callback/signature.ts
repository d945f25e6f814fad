import { createHash, timingSafeEqual } from 'node:crypto';
import { type Secret } from '@app/kernel';

const HEX_LENGTH = 40;

/** SHA-1 in lower-case hex over token, timestamp, nonce and Encrypt, sorted by bytes and joined without separator. */
export function signMessage(token: Secret, timestamp: string, nonce: string, encrypt: string): string {
  const parts = [token.reveal(), timestamp, nonce, encrypt].map((part) => Buffer.from(part, 'utf8'));
  parts.sort((a, b) => Buffer.compare(a, b));
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Compares in a time that does not depend on where the two differ, nor on the length of what was sent. */
export function isSameSignature(expected: string, given: string): boolean {
  const padded = Buffer.alloc(HEX_LENGTH);
  padded.write(given, 'latin1');
  return timingSafeEqual(Buffer.from(expected, 'latin1'), padded) && given.length === HEX_LENGTH;
}
