import { brief } from '../testing/findings';
import { gateFinding, ownerFinding, type AccountGroup } from './accounts-check-policy';

const group = (count: number, gate: Partial<AccountGroup['gate']> = {}, isOwned = true): AccountGroup => ({
  gate: {
    ...{
      state: 'authorized',
      incompleteBecause: null,
      kind: 'official_account',
      verifyType: 0,
      accountStatus: 1,
      setIds: [2],
    },
    ...gate,
  },
  isOwned,
  count,
});

describe('gateFinding', () => {
  it.each<[string, AccountGroup[], string]>([
    ['none', [], 'none notice'],
    ['all open', [group(5)], 'ok ok'],
    ['some without the set', [group(5), group(2, { setIds: [] })], 'some_refused notice'],
    ['all refused', [group(1, { state: 'revoked' }), group(2, { verifyType: -1 })], 'all_refused warning'],
  ])('%s', (_name, groups, expected) => {
    expect(brief(gateFinding(groups))).toBe(`accounts_gate_${expected}`);
  });

  it('counts by reason, the most frequent first', () => {
    const groups = [
      group(1_000),
      group(3, { setIds: [] }),
      group(4, { verifyType: -1 }),
      group(2, { accountStatus: 16 }),
      group(1, { state: 'revoked' }),
      group(1, { state: 'incomplete' }, false),
    ];
    expect(gateFinding(groups).what.en).toBe(
      '1,000 of 1,011 accounts can be fetched; 4 not verified, 3 without permission set 2, 2 in bad standing, 1 revoked, 1 never completed.',
    );
  });
});

describe('ownerFinding', () => {
  it('counts authorized accounts that nobody owns', () => {
    expect(brief(ownerFinding([group(5)]))).toBe('accounts_owner_ok ok');
    expect(brief(ownerFinding([group(5, { state: 'revoked' }, false)]))).toBe('accounts_owner_ok ok');
    const some = [group(5), group(2, {}, false), group(1, { setIds: [] }, false)];
    expect(brief(ownerFinding(some))).toBe('accounts_owner_unowned notice');
    expect(ownerFinding(some).what.en).toBe('3 authorized accounts belong to no merchant.');
  });
});
