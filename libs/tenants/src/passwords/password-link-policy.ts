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
