export { Idempotent, NotIdempotent } from './idempotent';
export { keyMalformed } from './repeat-policy';
