/** Each press costs a pre-auth code, each unknown code a call to WeChat, both of the platform's own daily quota. */
export type AllowedUse = 'presses' | 'codes';

/** Far more than an administrator who tries again needs. */
export const ALLOWED: Readonly<Record<AllowedUse, number>> = { presses: 20, codes: 20 };
const SPAN_MS = 600_000;

/** A span that began at or before this is over: counting begins anew. */
export function spanOverBefore(now: Date): Date {
  return new Date(now.getTime() - SPAN_MS);
}

export function allowedAgainAt(from: Date): Date {
  return new Date(from.getTime() + SPAN_MS);
}
