import { randomBytes } from 'node:crypto';

/** What an opaque id names; the prefix is part of the id. */
export type IdPrefix =
  | 'prv'
  | 'plt'
  | 'mer'
  | 'acc'
  | 'inv'
  | 'usr'
  | 'ses'
  | 'lnk'
  | 'fet'
  | 'req'
  | 'mem'
  | 'cmp'
  | 'rec'
  | 'sch'
  | 'key'
  | 'rpl'
  | 'rlu'
  | 'pur'
  | WebhookPrefix;

/** Of webhooks: endpoint, secret, event, delivery. */
type WebhookPrefix = 'whk' | 'whs' | 'evt' | 'dlv';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_BYTES = 10;
/** Random bytes are fetched for many ids at a time: each fetch costs as much as the rest of an id ten times over. */
const POOL_BYTES = 4_000;
let pool = Buffer.alloc(0);

/** A new id such as `mer_01jd…`: 50 bits of milliseconds, so that rows and pages keep their order, then 80 random bits. */
export function newId(prefix: IdPrefix): string {
  let time = Date.now();
  let head = '';
  for (let i = 0; i < TIME_CHARS; i++) {
    head = letter(time % 32) + head;
    time = Math.floor(time / 32);
  }
  return `${prefix}_${head}${base32(randomPart())}`;
}

function randomPart(): Buffer {
  if (pool.length < RANDOM_BYTES) pool = randomBytes(POOL_BYTES);
  const part = pool.subarray(0, RANDOM_BYTES);
  pool = pool.subarray(RANDOM_BYTES);
  return part;
}

/** An unguessable token for a URL or a cookie: 256 bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function base32(bytes: Buffer): string {
  let bits = 0;
  let held = 0;
  let out = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += letter((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return out;
}

function letter(value: number): string {
  return ALPHABET.charAt(value);
}
