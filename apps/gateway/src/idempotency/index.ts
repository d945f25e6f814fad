export { Idempotent } from './idempotent';
