import { gateVerdict, type GatedAccount } from './gate-policy';
import { permissionChanges } from './permission-policy';

const GOOD: GatedAccount = {
  state: 'authorized',
  kind: 'official_account',
  verifyType: 0,
  accountStatus: 1,
  setIds: [1, 2, 11],
};

describe('gateVerdict', () => {
  it.each<[string, Partial<GatedAccount>]>([
    ['verified, in good standing, with set 2', {}],
    ['set 2 alone', { setIds: [2] }],
    ['qualification verified only', { verifyType: 3 }],
    ['warned', { accountStatus: 18 }],
    ['nothing known from INFO', { kind: 'unknown', verifyType: null, accountStatus: null }],
  ])('is open: %s', (_name, change) => {
    expect(gateVerdict({ ...GOOD, ...change })).toEqual({ open: true });
  });

  it.each<[string, Partial<GatedAccount>, string]>([
    ['cancelled', { state: 'revoked' }, 'revoked'],
    ['no refresh token', { state: 'incomplete' }, 'revoked'],
    ['mini program', { kind: 'mini_program' }, 'not_official_account'],
    ['no sets', { setIds: [] }, 'set_missing'],
    ['sets 21 and 22 are not set 2', { setIds: [21, 22] }, 'set_missing'],
    ['not verified', { verifyType: -1 }, 'not_verified'],
    ['cancelled account', { accountStatus: 14 }, 'bad_standing'],
    ['banned', { accountStatus: 16 }, 'bad_standing'],
    ['frozen', { accountStatus: 19 }, 'bad_standing'],
    ['a status nobody documented', { accountStatus: 77 }, 'bad_standing'],
    ['several at once name the first', { state: 'revoked', setIds: [], verifyType: -1 }, 'revoked'],
  ])('is closed: %s', (_name, change, because) => {
    const verdict = gateVerdict({ ...GOOD, ...change });
    expect(verdict).toMatchObject({ open: false, because });
    if (verdict.open) return;
    expect(verdict.message.en).toMatch(/merchant|administrator|Official Account/);
    expect(verdict.message.zh).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('permissionChanges', () => {
  it.each([
    [[], [2], { granted: [2], withdrawn: [] }],
    [[2, 3], [3, 7], { granted: [7], withdrawn: [2] }],
    [[2], [2, 2], { granted: [], withdrawn: [] }],
    [[2, 3], [], { granted: [], withdrawn: [2, 3] }],
  ])('from %j to %j', (stored, told, expected) => {
    expect(permissionChanges(stored, told)).toEqual(expected);
  });
});
