import { type Secret } from '@app/kernel';
import { type AccountRow } from './account.repository';

/** `complete` is no new grant: authorized_at stays. */
export type InfoVerdict =
  | {
      readonly act: 'authorize';
      readonly state: 'authorized' | 'incomplete';
      readonly because: 'told' | 'agreed_again';
    }
  | { readonly act: 'complete'; readonly because: 'tried_again' }
  | { readonly act: 'keep'; readonly because: 'in_order' | 'no_token' | 'refused_token' };

/**
 * What INFO's answer makes of an account. The very token that WeChat refused (61023) proves nothing when INFO names it: the
 * account stays incomplete until another one is told or somebody authorizes.
 */
export function infoVerdict(
  account: Pick<AccountRow, 'state' | 'incompleteBecause'>,
  { told, stored }: { readonly told: Secret | null; readonly stored: Secret | null },
  triesAgain: boolean,
): InfoVerdict {
  if (account.state === 'revoked') {
    // Agreed again, and no code of it was exchanged yet: alive at WeChat, but no refresh token is told (CREAT).
    return { act: 'authorize', state: told === null ? 'incomplete' : 'authorized', because: 'agreed_again' };
  }
  if (account.state === 'authorized') return { act: 'keep', because: 'in_order' };
  if (told === null) return { act: 'keep', because: 'no_token' };
  if (account.incompleteBecause === null || stored?.equals(told) !== true) {
    return { act: 'authorize', state: 'authorized', because: 'told' };
  }
  return triesAgain ? { act: 'complete', because: 'tried_again' } : { act: 'keep', because: 'refused_token' };
}
