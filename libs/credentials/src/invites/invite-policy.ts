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
 * May an authorization still come back through this invite? One that was begun while the invite was open may be finished
 * after: the push may have closed the invite before the browser came back.
 */
export function callbackVerdict(
  state: InviteState,
  lastClickExpiresAt: Date | null,
  now: Date,
): { readonly allowed: true } | { readonly allowed: false; readonly because: 'used' | 'expired' } {
  if (state === 'open') return { allowed: true };
  const begun = lastClickExpiresAt !== null && lastClickExpiresAt.getTime() + CODE_LIFE_MS > now.getTime();
  return begun ? { allowed: true } : { allowed: false, because: state };
}
