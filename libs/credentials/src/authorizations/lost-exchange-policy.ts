/** Our clock and WeChat's differ by less than this. */
const DOUBT_MS = 60_000;

/** An account as api_get_authorizer_list and our rows have it. */
export interface ListedPlace {
  readonly appid: string;
  readonly authorizedAt: Date;
  readonly hasRefreshToken: boolean;
  /** Null: no row. */
  readonly stored: { readonly isAuthorized: boolean; readonly merchantId: string | null } | null;
}

export type LostVerdict =
  | { readonly appid: string }
  | { readonly appid: null; readonly because: 'others_may_be_meant' | 'none_is_new' | 'several_are_new' };

/**
 * Which account a spent code stood for, when WeChat's answer was lost and no push names the account. WeChat tells a refresh
 * token only after an exchange (CREAT), and we alone exchange: what has one and is not authorized here lost its answer. It is
 * given to a merchant only if nobody else's authorization can be meant; the reconcile takes in the others, without an owner.
 */
export function lostExchangeVerdict(
  listed: readonly ListedPlace[],
  invite: { readonly merchantId: string; readonly clickedAt: Date; readonly othersUnderWay: boolean },
): LostVerdict {
  if (invite.othersUnderWay) return { appid: null, because: 'others_may_be_meant' };
  const since = invite.clickedAt.getTime() - DOUBT_MS;
  const fresh = listed.filter(({ authorizedAt, hasRefreshToken, stored }) => {
    if (!hasRefreshToken || authorizedAt.getTime() < since || stored?.isAuthorized === true) return false;
    return stored === null || stored.merchantId === null || stored.merchantId === invite.merchantId;
  });
  const [only, ...others] = fresh;
  if (!only) return { appid: null, because: 'none_is_new' };
  return others.length > 0 ? { appid: null, because: 'several_are_new' } : { appid: only.appid };
}
