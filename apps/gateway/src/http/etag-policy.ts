import { createHash } from 'node:crypto';

/** Changes when the form of an answer does: a tag of another release is never taken for ours. */
const FORM = 1;

/**
 * The tag of an answer that is made of these facts. Weak: the same facts may be written with other bytes (a proxy that
 * compresses), and If-None-Match compares weakly anyway.
 */
export function etagOf(facts: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([FORM, facts]));
  return `W/"${hash.digest('base64url').slice(0, 27)}"`;
}

/** Does the caller have this answer already? The header is `*` or a list of tags (RFC 9110, section 13.1.2). */
export function isKnownTo(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = (tag: string): string => tag.replace(/^W\//, '');
  return (ifNoneMatch.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []).some((tag) => opaque(tag) === opaque(etag));
}
