import { type InviteState } from '../invites/invite-policy';
import { type MemberState } from './member-policy';

export type LinkSkip = 'granted' | 'has_open_link' | 'no_merchant';
export type LinkVerdict =
  { readonly issue: true; readonly merchantId: string } | { readonly issue: false; readonly because: LinkSkip };

/** Does a member get a new link? One that was given out and still works is never killed by accident. */
export function linkVerdict(
  member: {
    readonly progress: { readonly state: MemberState };
    readonly linkState: InviteState | null;
    readonly merchantId: string | null;
  },
  reissue: boolean,
): LinkVerdict {
  if (member.progress.state === 'granted') return { issue: false, because: 'granted' };
  if (member.merchantId === null) return { issue: false, because: 'no_merchant' };
  if (member.linkState === 'open' && !reissue) return { issue: false, because: 'has_open_link' };
  return { issue: true, merchantId: member.merchantId };
}
