import { AppError } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { createHash } from 'node:crypto';

/** An Item of structured fields (RFC 8941) with a String, or, as many clients send it, the bare text. */
const QUOTED = /^"([\x21\x23-\x5b\x5d-\x7e]{1,128})"$/;
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,128}$/;

/**
 * The key of an `Idempotency-Key` header; null without one. Throws `idempotency_key_malformed`.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 */
export function keyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const text = typeof header === 'string' ? header : header.join(', ');
  const key = QUOTED.exec(text)?.[1] ?? BARE.exec(text)?.[0];
  if (key === undefined) throw keyMalformed();
  return key;
}

export function keyMalformed(): AppError {
  return new AppError('invalid', 'idempotency_key_malformed', {
    message: {
      en: 'Idempotency-Key must be 1 to 128 visible ASCII characters, such as a UUID, at best in double quotes.',
      zh: 'Idempotency-Key 须为 1 至 128 个可见 ASCII 字符，例如 UUID，最好置于双引号中。',
    },
  });
}

/** What makes two requests the same: an answer is told again only to who may still do what it tells of. */
export interface Repeated {
  /** Path and query, as they came. */
  readonly url: string;
  readonly body: unknown;
  readonly reach: Reach;
}

/** Equal for equal requests, whatever the order of fields and of roles. A password of the body could be guessed by it: keep it sealed. */
export function fingerprintOf({ url, body, reach }: Repeated): string {
  const { host, providerIds, merchantIds, accountIds = null } = reach;
  const lists = [providerIds, merchantIds, accountIds].map((ids) => ids && [...ids].sort());
  const request = JSON.stringify([url, ordered(body ?? null), host, lists]);
  return createHash('sha256').update(request).digest('base64url');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, inner]): unknown[] => [name, ordered(inner)]);
}
