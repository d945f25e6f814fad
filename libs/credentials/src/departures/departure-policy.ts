/** What brings an authorization to us. */
export interface Arrival {
  /** It came through one of our links. */
  readonly isInvited: boolean;
  /** WeChat calls it `authorized`, not a change of an older authorization. */
  readonly isNew: boolean;
  /** WeChat's time of it, where it is told. */
  readonly at: Date | null;
}

export type ArrivalVerdict =
  | { readonly admitted: true; readonly because: 'invited' | 'authorized_since' }
  | { readonly admitted: false; readonly because: 'merchant_left' };

/**
 * May the account come back whose merchant left? WeChat lists its old authorization for as long as the merchant does not cancel it,
 * and tells of changes to it: neither means that anybody came back.
 */
export function arrivalVerdict(leftAt: Date, { isInvited, isNew, at }: Arrival): ArrivalVerdict {
  if (isInvited) return { admitted: true, because: 'invited' };
  if (isNew && at !== null && at > leftAt) return { admitted: true, because: 'authorized_since' };
  return { admitted: false, because: 'merchant_left' };
}
