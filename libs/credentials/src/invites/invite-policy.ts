export const INVITE_DAYS_DEFAULT = 7;
export const INVITE_DAYS_MAX = 30;
/** An authorization code lives an hour: after a click the redirect may come that much after the pre-auth code's end. */
const CODE_LIFE_MS = 3_600_000;

export type InviteState = 'open' | 'used' | 'expired';

export function inviteState(
  invite: { readonly usedAt: Date | null; readonly expiresAt: Date },
  now: Date,
): InviteState {
  if (invite.usedAt !== null) return 'used';
  return invite.expiresAt <= now ? 'expired' : 'open';
}

/**
 * May a code we have not seen be exchanged through this invite? One authorization that was begun before the invite ran out
 * may be finished after. A used invite takes no second account; the code that used it is known, and answered elsewhere.
 */
export function callbackVerdict(
  state: InviteState,
  lastClickExpiresAt: Date | null,
  now: Date,
): { readonly allowed: true } | { readonly allowed: false; readonly because: 'used' | 'expired' } {
  if (state === 'open') return { allowed: true };
  if (state === 'used') return { allowed: false, because: 'used' };
  return mayCodeLive(lastClickExpiresAt, now) ? { allowed: true } : { allowed: false, because: state };
}

/** Can a code that came of the invite's last click still be exchanged? */
export function mayCodeLive(lastClickExpiresAt: Date | null, now: Date): boolean {
  return lastClickExpiresAt !== null && lastClickExpiresAt.getTime() + CODE_LIFE_MS > now.getTime();
}
