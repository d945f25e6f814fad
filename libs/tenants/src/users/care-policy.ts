import { type Membership, type Reach } from '../role-policy';

/** A membership of somebody, and the provider that it lies in. */
export interface HeldMembership extends Membership {
  /** The provider itself, or the merchant's; null for a host. */
  readonly ownerId: string | null;
}

export type CareVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly because: 'user_not_found' | 'user_beyond_reach' | 'own_account' };

/**
 * May somebody with this reach over people make this person's account theirs to open: reset the password, remove the second
 * factor? Never upward: all that the person may do must lie within the reach, or it would be a way to more. Nobody does it to
 * themselves: that would spare who stole a session the password.
 */
export function careVerdict(
  carer: { readonly userId: string; readonly reach: Reach },
  userId: string,
  held: readonly HeldMembership[],
): CareVerdict {
  const within = held.filter((membership) => isWithin(carer.reach, membership));
  if (within.length === 0 && !carer.reach.host) return { allowed: false, because: 'user_not_found' };
  if (within.length < held.length) return { allowed: false, because: 'user_beyond_reach' };
  return carer.userId === userId ? { allowed: false, because: 'own_account' } : { allowed: true };
}

export function isWithin(reach: Reach, { providerId, merchantId, ownerId }: HeldMembership): boolean {
  if (reach.host) return true;
  if (merchantId !== null && reach.merchantIds.includes(merchantId)) return true;
  const owner = providerId ?? ownerId;
  return owner !== null && reach.providerIds.includes(owner);
}
