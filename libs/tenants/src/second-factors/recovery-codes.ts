import { Secret } from '@app/kernel';
import { randomBytes } from 'node:crypto';
import { digestOf } from '../secret-digest';

const CODES = 10;
/** 80 bits: nobody finds one by its SHA-256. */
const BYTES = 10;

/** Such as `1f3a0-9bc4d-07e21-5a68f`: for who lost the app, each once. */
export function newRecoveryCodes(): Secret[] {
  return Array.from({ length: CODES }, () => {
    const digits = randomBytes(BYTES).toString('hex');
    return new Secret(digits.replace(/(.{5})(?=.)/g, '$1-'));
  });
}

/** However a person writes it; null for what is no recovery code. */
export function recoveryDigest(code: string): Buffer | null {
  const digits = code.toLowerCase().replace(/[\s-]/g, '');
  return new RegExp(`^[0-9a-f]{${BYTES * 2}}$`).test(digits) ? digestOf(new Secret(digits)) : null;
}
