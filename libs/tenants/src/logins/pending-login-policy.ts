const PENDING_MS = 5 * 60_000;
/** Codes that may be tried before the password is asked again. */
export const CODE_TRIES = 5;

export function pendingUntil(now: Date): Date {
  return new Date(now.getTime() + PENDING_MS);
}
