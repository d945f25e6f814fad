import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '@app/kernel';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A signing secret in the form receivers' libraries take: `whsec_` and 256 random bits in base64. */
export function newSigningSecret(): Secret {
  return new Secret(`${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`);
}

export interface Signed {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * Headers that prove where a delivery comes from, one signature for each secret. Source: Standard Webhooks 1.0, "Signature
 * scheme" (symmetric, v1).
 */
export function signatureHeaders(signed: Signed, secrets: readonly Secret[]): Record<string, string> {
  const { id, timestamp, body } = signed;
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content, 'utf8').digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
