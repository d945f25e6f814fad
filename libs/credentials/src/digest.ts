import { createHash } from 'node:crypto';

/** What is kept of a random token or code, and of a message to know it again. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
