import { createHash } from 'node:crypto';
import { AppError } from '@app/kernel';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const CHECK_BYTES = 6;

/** Hides the sort key of the last row shown, so that clients do not make keys up. */
export function encodeCursor(key: string): string {
  const body = Buffer.from(key, 'utf8');
  return Buffer.concat([checkBytes(body), body]).toString('base64url');
}

/** Throws `cursor_invalid` for anything `encodeCursor` did not make. What a cursor says never widens what may be seen. */
export function decodeCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const body = bytes.subarray(CHECK_BYTES);
  // Decoding skips letters it does not know: only the exact text counts.
  if (bytes.toString('base64url') === cursor && bytes.subarray(0, CHECK_BYTES).equals(checkBytes(body))) {
    const key = body.toString('utf8');
    if (/^[\x21-\x7e]{1,128}$/.test(key)) return key;
  }
  throw cursorInvalid();
}

export function cursorInvalid(): AppError {
  return new AppError('invalid', 'cursor_invalid', {
    message: { en: 'cursor is not one this list gave out.', zh: 'cursor 不是本列表返回的游标。' },
  });
}

/** The key after which a list goes on; null at the start. */
export function keyAfter(request: PageRequest): string | null {
  return request.cursor === undefined ? null : decodeCursor(request.cursor);
}

/** The same for lists that are sorted by a number; 0 at the start. */
export function numberAfter(request: PageRequest): number {
  const key = Number(keyAfter(request) ?? 0);
  if (!Number.isSafeInteger(key) || key < 0) throw cursorInvalid();
  return key;
}

/** Makes a page of rows asked for with LIMIT limit + 1; `key` is what the rows are sorted by. */
export function pageOf<T>(rows: readonly T[], limit: number, key: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null };
}

function checkBytes(body: Buffer): Buffer {
  return createHash('sha256').update('cursor').update(body).digest().subarray(0, CHECK_BYTES);
}
