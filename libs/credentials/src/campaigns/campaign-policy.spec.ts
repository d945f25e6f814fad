import { campaignState, candidateVerdict, wantedSets, type MemberReason } from './campaign-policy';

const LACKING = {
  merchantId: 'mer_1',
  state: 'authorized',
  kind: 'official_account',
  incompleteBecause: null,
  verifyType: 0,
  accountStatus: 1,
  setIds: [1, 7],
} as const;
const BOTH: MemberReason[] = ['lacking', 'gone'];

describe('wantedSets', () => {
  it.each([
    [undefined, [2]],
    [[7], [2, 7]],
    [
      [11, 2, 7],
      [2, 7, 11],
    ],
  ])('%j means %j', (asked, wanted) => {
    expect(wantedSets(asked)).toEqual(wanted);
  });
});

describe('candidateVerdict', () => {
  it.each<[string, object, MemberReason[], object]>([
    ['lacks a set', {}, ['lacking'], { act: 'ask', because: 'lacking' }],
    ['is not verified: it can grant all the same', { verifyType: -1 }, ['lacking'], { act: 'ask' }],
    ['is warned', { accountStatus: 18 }, ['lacking'], { act: 'ask' }],
    ['nothing known from INFO', { kind: 'unknown', accountStatus: null }, ['lacking'], { act: 'ask' }],
    ['has all of them', { setIds: [2, 7] }, BOTH, { act: 'pass', because: 'nothing_missing' }],
    ['has one of two', { setIds: [2] }, BOTH, { act: 'ask', because: 'lacking' }],
    ['21 and 22 are not 2', { setIds: [7, 21, 22] }, ['lacking'], { act: 'ask', because: 'lacking' }],
    ['cancelled', { state: 'revoked', setIds: [] }, BOTH, { act: 'ask', because: 'gone' }],
    ['no refresh token', { state: 'incomplete', setIds: [2, 7] }, ['gone'], { act: 'ask', because: 'gone' }],
    ['cancelled, and not asked for', { state: 'revoked' }, ['lacking'], { act: 'pass', because: 'not_chosen' }],
    ['lacks a set, and not asked for', {}, ['gone'], { act: 'pass', because: 'not_chosen' }],
    ['belongs to nobody', { merchantId: null }, BOTH, { act: 'leave_out', because: 'no_merchant' }],
    ['belongs to nobody and has all', { merchantId: null, setIds: [2, 7] }, BOTH, { act: 'pass' }],
    ['mini program', { kind: 'mini_program' }, BOTH, { act: 'leave_out', because: 'not_official_account' }],
    ['frozen', { accountStatus: 19, state: 'revoked' }, BOTH, { act: 'leave_out', because: 'bad_standing' }],
  ])('%s', (_name, change, who, expected) => {
    const verdict = candidateVerdict({ ...LACKING, ...change }, [2, 7], who);
    expect(verdict).toMatchObject(expected);
    if (verdict.act === 'leave_out') expect(verdict.message.zh).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('campaignState', () => {
  const now = new Date('2026-03-10T00:00:00Z');
  const later = new Date('2026-03-11T00:00:00Z');
  it.each([
    ['open', null, later],
    ['expired', null, now],
    ['closed', now, later],
    ['closed', now, now],
  ] as const)('%s', (state, closedAt, expiresAt) => {
    expect(campaignState({ closedAt, expiresAt }, now)).toBe(state);
  });
});
