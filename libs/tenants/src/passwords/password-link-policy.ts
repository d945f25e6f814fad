import { type Membership, reachFor } from '../role-policy';
import { careVerdict, type HeldMembership } from '../users/care-policy';

/** `join`: of somebody invited, who has no password yet. `reset`: of somebody who lost theirs. */
export type LinkPurpose = 'join' | 'reset';

const HOUR_MS = 3_600_000;
/** A reset opens an account that is in use: it is for who waits for it. */
const LASTS_MS: Readonly<Record<LinkPurpose, number>> = { join: 72 * HOUR_MS, reset: HOUR_MS };
/** Rows of links that are over tell for a while who made them. */
const KEPT_MS = 30 * 24 * HOUR_MS;

export function linkPurpose(passwordHash: string | null): LinkPurpose {
  return passwordHash === null ? 'join' : 'reset';
}

export function linkExpiry(purpose: LinkPurpose, now: Date): Date {
  return new Date(now.getTime() + LASTS_MS[purpose]);
}

/** Links that ended at this time, or before, are deleted. */
export function linksKeptFrom(now: Date): Date {
  return new Date(now.getTime() - KEPT_MS);
}

/** Who made a link, and for whom, with what both may do now. */
export interface LinkParties {
  readonly maker: { readonly userId: string; readonly memberships: readonly Membership[] };
  readonly person: { readonly userId: string; readonly memberships: readonly HeldMembership[] };
}

/**
 * A link is worth what its maker may do now: who knows the address could else log in as a colleague after leaving, or as somebody
 * who was given more meanwhile.
 */
export function doesLinkStand({ maker, person }: LinkParties): boolean {
  const reach = reachFor(maker, 'user:recover');
  return reach !== null && careVerdict({ userId: maker.userId, reach }, person.userId, person.memberships).allowed;
}
