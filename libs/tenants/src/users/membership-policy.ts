import { type Reach, type Role } from '../role-policy';
import { isWithin, type HeldMembership } from './care-policy';

/** What a role belongs to: the installation, a provider or a merchant. */
type RoleScope = 'host' | 'provider' | 'merchant';

/** A membership somebody wants to give. */
export interface Grant {
  readonly role: Role;
  readonly providerId: string | null;
  readonly merchantId: string | null;
}

export type GrantVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly because: 'membership_scope_invalid' | 'role_not_grantable' | 'provider_not_found' | 'merchant_not_found';
    };

/** What exists of the things a grant names; `merchantOwner` is the merchant's provider, null when there is no such merchant. */
export interface GrantFacts {
  readonly providerExists: boolean;
  readonly merchantOwner: string | null;
}

export type EndingVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly because: 'last_provider_admin' | 'last_host' };

/** Who could look after what a role looks after, were it taken away from this person. */
export interface EndingFacts {
  /** Somebody who has not joined looks after nothing yet. */
  readonly canLogIn: boolean;
  readonly isHeldByOthers: boolean;
}

/** Of one person: every request reads them all. */
export const MEMBERSHIPS_MOST = 200;

const ALLOWED = { allowed: true } as const;

export function roleScope(role: Role): RoleScope {
  if (role === 'host') return 'host';
  return role.startsWith('provider_') ? 'provider' : 'merchant';
}

/** May somebody with this reach over users give this membership? What lies outside the reach is as if it did not exist. */
export function grantVerdict(reach: Reach, grant: Grant, facts: GrantFacts): GrantVerdict {
  const scope = roleScope(grant.role);
  if ((scope === 'provider') !== (grant.providerId !== null) || (scope === 'merchant') !== (grant.merchantId !== null))
    return { allowed: false, because: 'membership_scope_invalid' };
  if (scope === 'host') return reach.host ? ALLOWED : { allowed: false, because: 'role_not_grantable' };
  const owner = scope === 'provider' ? grant.providerId : facts.merchantOwner;
  const exists = scope === 'provider' ? facts.providerExists : facts.merchantOwner !== null;
  const reaches = reach.host || (owner !== null && reach.providerIds.includes(owner));
  return exists && reaches ? ALLOWED : { allowed: false, because: `${scope}_not_found` };
}

/** Those that who has this reach knows of. */
export function seenOf<T extends HeldMembership>(reach: Reach, held: readonly T[]): T[] {
  return held.filter((membership) => isWithin(reach, membership));
}

/** A provider keeps an administrator who can log in, and the installation a host. */
export function isKept(role: Role): role is 'host' | 'provider_admin' {
  return role === 'host' || role === 'provider_admin';
}

/** May this role be taken away, by whomever? */
export function endingVerdict(role: Role, { canLogIn, isHeldByOthers }: EndingFacts): EndingVerdict {
  return !isKept(role) || !canLogIn || isHeldByOthers ? ALLOWED : { allowed: false, because: `last_${role}` };
}

/** The provider or merchant that a grant names; '' for a host. */
export function scopeId({ providerId, merchantId }: Grant): string {
  return providerId ?? merchantId ?? '';
}
