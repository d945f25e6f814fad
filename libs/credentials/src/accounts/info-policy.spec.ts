import { Secret } from '@app/kernel';
import { type AccountRow } from './account.repository';
import { infoVerdict } from './info-policy';

type Account = Pick<AccountRow, 'state' | 'incompleteBecause'>;

const secret = (token: string | null): Secret | null => (token === null ? null : new Secret(token));
const refused: Account = { state: 'incomplete', incompleteBecause: 'token_refused' };
const checking: Account = { state: 'incomplete', incompleteBecause: 'token_checking' };
const unread: Account = { state: 'incomplete', incompleteBecause: null };
const authorized: Account = { state: 'authorized', incompleteBecause: null };
const revoked: Account = { state: 'revoked', incompleteBecause: 'token_refused' };

describe('infoVerdict', () => {
  it.each<[string, Account, [string | null, string | null], boolean, object]>([
    ['in order', authorized, ['rt-1', 'rt-1'], false, { act: 'keep', because: 'in_order' }],
    ['authorized, none told', authorized, [null, 'rt-1'], false, { act: 'keep', because: 'in_order' }],
    ['cancelled, alive', revoked, ['rt-1', null], false, { act: 'authorize', state: 'authorized' }],
    ['cancelled, none told', revoked, [null, null], false, { act: 'authorize', state: 'incomplete' }],
    ['just exchanged', unread, ['rt-1', 'rt-1'], false, { act: 'authorize', state: 'authorized' }],
    ['none told still', unread, [null, null], true, { act: 'keep', because: 'no_token' }],
    ['refused, the same', refused, ['rt-1', 'rt-1'], false, { act: 'keep', because: 'refused_token' }],
    ['being checked, the same', checking, ['rt-1', 'rt-1'], false, { act: 'keep', because: 'refused_token' }],
    ['refused, another', refused, ['rt-2', 'rt-1'], false, { act: 'authorize', state: 'authorized' }],
    ['refused, ours is lost', refused, ['rt-1', null], false, { act: 'authorize', state: 'authorized' }],
    ['refused, none told', refused, [null, 'rt-1'], true, { act: 'keep', because: 'no_token' }],
    ['refused, the day’s new try', refused, ['rt-1', 'rt-1'], true, { act: 'complete', because: 'tried_again' }],
  ])('%s', (_name, account, [told, stored], triesAgain, expected) => {
    expect(infoVerdict(account, { told: secret(told), stored: secret(stored) }, triesAgain)).toMatchObject(expected);
  });
});
