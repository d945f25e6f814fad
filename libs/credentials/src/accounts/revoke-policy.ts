import { type AccountState } from './account.entity';

/** Our clock and WeChat's differ by less than this, and a push that is on time is younger. */
const DOUBT_MS = 60_000;

export type RevokeVerdict =
  | { readonly act: 'revoke'; readonly because: 'newer_than_grant' }
  | { readonly act: 'ignore'; readonly because: 'already_revoked' }
  /** INFO knows what holds: the cancel is no news any more, or cannot be told from the grant by its time. */
  | { readonly act: 'ask'; readonly because: 'too_close' | 'late' };

interface Grant {
  readonly state: AccountState;
  /** WeChat's time of the newest event applied. */
  readonly eventTime: Date | null;
  /** Our time of the last exchange or INFO that showed the authorization alive. */
  readonly authorizedAt: Date;
}

/**
 * Does an `unauthorized` event end the authorization that stands? Pushes arrive late, twice and in any order, and a merchant
 * may have agreed again since without our hearing of it: only a cancel that is fresh and clearly later is taken at its word.
 */
export function revokeVerdict(account: Grant, createTime: Date, now: Date): RevokeVerdict {
  if (account.state === 'revoked') return { act: 'ignore', because: 'already_revoked' };
  if (Math.abs(now.getTime() - createTime.getTime()) > DOUBT_MS) return { act: 'ask', because: 'late' };
  const aliveAt = Math.max(account.eventTime?.getTime() ?? 0, account.authorizedAt.getTime());
  if (createTime.getTime() <= aliveAt + DOUBT_MS) return { act: 'ask', because: 'too_close' };
  return { act: 'revoke', because: 'newer_than_grant' };
}
