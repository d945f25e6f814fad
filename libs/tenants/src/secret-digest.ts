import { type Secret } from '@app/kernel';
import { createHash } from 'node:crypto';

/** What the database keeps of a random secret of 256 bits: a slow hash would protect it no better. */
export function digestOf(secret: Secret): Buffer {
  return createHash('sha256').update(secret.reveal()).digest();
}
