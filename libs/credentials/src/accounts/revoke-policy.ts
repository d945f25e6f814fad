import { type AccountState } from './account.entity';

/** A redirect carries no time of WeChat's, so ours stands in for it; clocks differ by less than this. */
const DOUBT_MS = 60_000;

export type RevokeVerdict =
  | { readonly act: 'revoke'; readonly because: 'newer_than_grant' }
  | { readonly act: 'ignore'; readonly because: 'already_revoked' | 'older_than_grant' }
  /** WeChat's times have seconds only, and cancel and grant may share one: INFO knows which was last. */
  | { readonly act: 'ask'; readonly because: 'too_close' };

/** Does an `unauthorized` event end the authorization that stands? Pushes may arrive late and in any order. */
export function revokeVerdict(
  account: { readonly state: AccountState; readonly eventTime: Date | null },
  createTime: Date,
): RevokeVerdict {
  if (account.state === 'revoked') return { act: 'ignore', because: 'already_revoked' };
  const aheadMs = account.eventTime === null ? 1 : createTime.getTime() - account.eventTime.getTime();
  if (aheadMs > 0) return { act: 'revoke', because: 'newer_than_grant' };
  if (aheadMs < -DOUBT_MS) return { act: 'ignore', because: 'older_than_grant' };
  return { act: 'ask', because: 'too_close' };
}
