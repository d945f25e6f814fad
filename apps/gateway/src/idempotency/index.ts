export { Idempotent } from './idempotent';
export { keyMalformed } from './repeat-policy';
