import { Secret } from '@app/kernel';
import * as otpauth from 'otpauth';

/** Of 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** A phone's clock may be a step off, either way (RFC 6238, section 5.2). */
const WINDOW = 1;
const CODE = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS };
const ISSUER = 'WeChat Platform Gateway';

export function newTotpSecret(): Secret {
  return new Secret(new otpauth.Secret({ size: SECRET_BYTES }).base32);
}

/** What an app reads from a QR code. */
export function totpAddress(secret: Secret, email: string): Secret {
  return new Secret(new otpauth.TOTP({ ...CODE, issuer: ISSUER, label: email, secret: secret.reveal() }).toString());
}

/** The time step that a code is of; null when it is of none near `now`. */
export function stepOf(code: string, secret: Secret, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const timestamp = now.getTime();
  const key = otpauth.Secret.fromBase32(secret.reveal());
  const delta = otpauth.TOTP.validate({ ...CODE, token: code, secret: key, timestamp, window: WINDOW });
  return delta === null ? null : otpauth.TOTP.counter({ period: PERIOD_SECONDS, timestamp }) + delta;
}
