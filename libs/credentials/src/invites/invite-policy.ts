export const INVITE_DAYS_DEFAULT = 7;
export const INVITE_DAYS_MAX = 30;
/** An authorization code lives an hour: after a click the redirect may come that much after the pre-auth code's end. */
const CODE_LIFE_MS = 3_600_000;

/** The last three are of campaigns' links alone: granted by whatever road, a newer link was issued, the campaign was closed. */
export type InviteState = 'open' | 'used' | 'expired' | 'fulfilled' | 'replaced' | 'closed';
export type InviteEnd = Exclude<InviteState, 'open'>;

interface InviteFacts {
  readonly usedAt: Date | null;
  readonly expiresAt: Date;
  readonly binding: {
    readonly campaignClosedAt: Date | null;
    readonly isCurrent: boolean;
    readonly isFulfilled: boolean;
  } | null;
}

/** What matters most to whoever opens the link comes first: that nothing is left to do, then why it leads nowhere. */
export function inviteState({ usedAt, expiresAt, binding }: InviteFacts, now: Date): InviteState {
  if (binding?.isFulfilled === true) return 'fulfilled';
  if (binding?.isCurrent === false) return 'replaced';
  if (usedAt !== null) return 'used';
  if (binding !== null && binding.campaignClosedAt !== null) return 'closed';
  return expiresAt <= now ? 'expired' : 'open';
}

/**
 * May a code we have not seen be exchanged through this invite? One authorization that was begun before the invite ended
 * may be finished after. A used invite takes no second account; the code that used it is known, and answered elsewhere. A
 * bound invite cannot take a second account, and the scan already killed the tokens we hold: its code is always wanted.
 */
export function callbackVerdict(
  state: InviteState,
  begun: { readonly lastClickExpiresAt: Date | null; readonly isBound: boolean },
  now: Date,
): { readonly allowed: true } | { readonly allowed: false; readonly because: InviteEnd } {
  if (state === 'open') return { allowed: true };
  if (state === 'used' && !begun.isBound) return { allowed: false, because: 'used' };
  return mayCodeLive(begun.lastClickExpiresAt, now) ? { allowed: true } : { allowed: false, because: state };
}

/** Can a code that came of the invite's last click still be exchanged? */
export function mayCodeLive(lastClickExpiresAt: Date | null, now: Date): boolean {
  return lastClickExpiresAt !== null && lastClickExpiresAt.getTime() + CODE_LIFE_MS > now.getTime();
}
