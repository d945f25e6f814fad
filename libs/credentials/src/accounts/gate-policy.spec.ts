import { GATE_REFUSALS, gateVerdict, type GatedAccount } from './gate-policy';
import { permissionChanges } from './permission-policy';

const GOOD: GatedAccount = {
  state: 'authorized',
  incompleteBecause: null,
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
    ['an old reason does not close it', { incompleteBecause: 'token_refused' }],
    ['nothing known from INFO', { kind: 'unknown', verifyType: null, accountStatus: null }],
  ])('is open: %s', (_name, change) => {
    expect(gateVerdict({ ...GOOD, ...change })).toEqual({ open: true });
  });

  it.each<[string, Partial<GatedAccount>, string]>([
    ['cancelled', { state: 'revoked' }, 'revoked'],
    ['no refresh token was ever told', { state: 'incomplete' }, 'never_exchanged'],
    ['refused, LIST not read yet', { state: 'incomplete', incompleteBecause: 'token_checking' }, 'token_checking'],
    ['refused, LIST knows no other', { state: 'incomplete', incompleteBecause: 'token_refused' }, 'token_refused'],
    ['a cancellation was pushed', { isCancelReported: true }, 'cancel_reported'],
    ['kind and sets unknown', { kind: 'unknown', setIds: [] }, 'not_read'],
    ['kind unknown, sets told without 2', { kind: 'unknown', setIds: [1] }, 'set_missing'],
    ['a video channel', { kind: 'channels' }, 'not_official_account'],
    ['mini program', { kind: 'mini_program' }, 'not_official_account'],
    ['no sets', { setIds: [] }, 'set_missing'],
    ['sets 21 and 22 are not set 2', { setIds: [21, 22] }, 'set_missing'],
    ['not verified', { verifyType: -1 }, 'not_verified'],
    ['cancelled account', { accountStatus: 14 }, 'bad_standing'],
    ['banned', { accountStatus: 16 }, 'bad_standing'],
    ['frozen', { accountStatus: 19 }, 'bad_standing'],
    ['a status nobody documented', { accountStatus: 77 }, 'bad_standing'],
    ['status 0', { accountStatus: 0 }, 'bad_standing'],
    ['several at once name the first', { state: 'revoked', setIds: [], verifyType: -1 }, 'revoked'],
  ])('is closed: %s', (_name, change, because) => {
    const verdict = gateVerdict({ ...GOOD, ...change });
    expect(verdict).toMatchObject({ open: false, because });
    if (verdict.open) return;
    expect(verdict.message.en).toMatch(/merchant|administrator|Official Account/);
    expect(verdict.message.zh).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('a refusal', () => {
  const refused = (change: Partial<GatedAccount>) => {
    const verdict = gateVerdict({ ...GOOD, ...change });
    if (verdict.open) throw new Error('the gate is open');
    return verdict.message;
  };

  it('names a status nobody documented, and promises nothing about it', () => {
    expect(refused({ accountStatus: 77 }).en).toContain('account status 77');
    expect(refused({ accountStatus: 77 }).zh).toContain('77');
    expect(refused({ accountStatus: 19 }).zh).toContain('已冻结');
  });

  it('sends nobody to the merchant while the gateway itself is at work', () => {
    for (const change of [
      { kind: 'unknown', setIds: [] },
      { isCancelReported: true },
      { state: 'incomplete', incompleteBecause: 'token_checking' } as const,
    ]) {
      expect(refused(change).en).toMatch(/nothing to do for the merchant/i);
      expect(refused(change).zh).toContain('无需操作');
    }
  });

  it('asks for a new invite where only a new authorization helps', () => {
    for (const change of [
      { state: 'revoked' } as const,
      { state: 'incomplete' } as const,
      { state: 'incomplete', incompleteBecause: 'token_refused' } as const,
    ]) {
      expect(refused(change).en).toContain('new invite');
      expect(refused(change).zh).toContain('授权邀请');
    }
  });

  it('has a text of its own for every reason', () => {
    const texts = new Set(
      [
        { state: 'revoked' } as const,
        { state: 'incomplete' } as const,
        { state: 'incomplete', incompleteBecause: 'token_checking' } as const,
        { state: 'incomplete', incompleteBecause: 'token_refused' } as const,
        { kind: 'mini_program' },
        { isCancelReported: true },
        { kind: 'unknown', setIds: [] },
        { setIds: [] },
        { verifyType: -1 },
        { accountStatus: 16 },
      ].map((change) => refused(change).en),
    );
    expect(texts.size).toBe(GATE_REFUSALS.length);
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
