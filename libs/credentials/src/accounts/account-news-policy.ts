import { type AccountState } from './account.entity';

export type AccountTopic = 'account.authorized' | 'account.updated' | 'account.revoked';

/** What a grant is to others; `before`: the state it found, null without an account. */
export function grantTopic(before: AccountState | null): AccountTopic {
  return before === 'authorized' ? 'account.updated' : 'account.authorized';
}
