import { memberProgress, type MemberFacts, type MemberProgress, type SetChange } from './member-policy';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 2, 10) + minutes * 60_000);
const granted = (setId: number, minutes: number): SetChange => ({ setId, kind: 'granted', at: at(minutes) });
const withdrawn = (setId: number, minutes: number): SetChange => ({ setId, kind: 'withdrawn', at: at(minutes) });

/** Asked at minute 0 for set 2, which the account lacks; it authorized an hour before. */
const START: MemberFacts = {
  addedAt: at(0),
  because: 'lacking',
  sentAt: null,
  openedAt: null,
  accountState: 'authorized',
  authorizedAt: at(-60),
  revokedAt: null,
  firstCodeAt: null,
  wanted: [2],
  held: [],
  changes: [],
};
/** Asked at minute 0 because its administrator cancelled an hour before. */
const GONE: Partial<MemberFacts> = { because: 'gone', accountState: 'revoked', revokedAt: at(-60) };

type Told = Partial<Record<'sent' | 'opened' | 'authorized' | 'granted' | 'withdrawn', number>>;

describe('memberProgress', () => {
  it.each<[string, Partial<MemberFacts>, MemberProgress['state'], MemberProgress['because'], Told]>([
    ['nothing happened', {}, 'listed', 'not_sent', {}],
    ['marked as sent', { sentAt: at(1) }, 'sent', 'not_opened', { sent: 1 }],
    ['opened: sent is implied', { openedAt: at(2) }, 'opened', 'not_authorized', { sent: 2, opened: 2 }],
    [
      'marked as sent after it was opened',
      { sentAt: at(9), openedAt: at(2) },
      'opened',
      'not_authorized',
      { sent: 2, opened: 2 },
    ],
    [
      'authorized again with the same sets',
      { openedAt: at(2), authorizedAt: at(3), firstCodeAt: at(3) },
      'authorized',
      'sets_missing',
      { sent: 2, opened: 2, authorized: 3 },
    ],
    [
      'another set than the wanted one came',
      { held: [7], changes: [granted(7, 3)] },
      'authorized',
      'sets_missing',
      { authorized: 3 },
    ],
    [
      'granted through the link',
      { openedAt: at(2), authorizedAt: at(3), firstCodeAt: at(3), held: [2], changes: [granted(2, 3)] },
      'granted',
      'all_granted',
      { sent: 2, opened: 2, authorized: 3, granted: 3 },
    ],
    [
      'granted without our link; INFO alone told it',
      { held: [2], changes: [granted(2, 5)] },
      'granted',
      'all_granted',
      { authorized: 5, granted: 5 },
    ],
    [
      'granted in two steps',
      {
        wanted: [2, 7],
        held: [2, 7],
        authorizedAt: at(8),
        firstCodeAt: at(3),
        changes: [granted(2, 3), granted(7, 8)],
      },
      'granted',
      'all_granted',
      { authorized: 3, granted: 8 },
    ],
    [
      'one of two sets came',
      { wanted: [2, 7], held: [2], changes: [granted(2, 3)] },
      'authorized',
      'sets_missing',
      { authorized: 3 },
    ],
    [
      'one came while the other went: never both',
      { wanted: [2, 7], held: [7], changes: [withdrawn(2, 3), granted(7, 3)] },
      'authorized',
      'sets_missing',
      { authorized: 3 },
    ],
    [
      'granted, then withdrawn',
      { changes: [granted(2, 3), withdrawn(2, 9)] },
      'withdrawn',
      'set_withdrawn',
      { authorized: 3, granted: 3, withdrawn: 9 },
    ],
    [
      'granted, withdrawn, granted again',
      { held: [2], changes: [granted(2, 3), withdrawn(2, 9), granted(2, 11)] },
      'granted',
      'all_granted',
      { authorized: 3, granted: 3 },
    ],
    [
      'granted, then the authorization was cancelled',
      { accountState: 'revoked', revokedAt: at(9), changes: [granted(2, 3), withdrawn(2, 9)] },
      'withdrawn',
      'authorization_gone',
      { authorized: 3, granted: 3, withdrawn: 9 },
    ],
    [
      'authorized without the set, then cancelled',
      { accountState: 'revoked', revokedAt: at(9), authorizedAt: at(3) },
      'withdrawn',
      'authorization_gone',
      { authorized: 3, withdrawn: 9 },
    ],
    [
      'cancelled before anything else',
      { accountState: 'revoked', revokedAt: at(9), sentAt: at(1) },
      'sent',
      'not_opened',
      { sent: 1 },
    ],
    [
      'granted, then the refresh token was lost: nobody knows when',
      { accountState: 'incomplete', held: [2], changes: [granted(2, 3)] },
      'withdrawn',
      'no_refresh_token',
      { authorized: 3, granted: 3 },
    ],
    [
      'granted in the moment it was listed',
      { held: [2], changes: [granted(2, 0)] },
      'granted',
      'all_granted',
      { authorized: 0, granted: 0 },
    ],
    ['gone, nothing happened', GONE, 'listed', 'not_sent', {}],
    [
      'gone, authorized without the wanted set',
      {
        ...GONE,
        accountState: 'authorized',
        authorizedAt: at(4),
        revokedAt: null,
        held: [7],
        changes: [granted(7, 4)],
      },
      'authorized',
      'sets_missing',
      { authorized: 4 },
    ],
    [
      'gone, authorized with it; the code was seen a moment before',
      {
        ...{ ...GONE, accountState: 'authorized', authorizedAt: at(4), revokedAt: null },
        ...{ firstCodeAt: at(3), held: [2], changes: [granted(2, 4)] },
      },
      'granted',
      'all_granted',
      { authorized: 3, granted: 4 },
    ],
    [
      'gone for want of a refresh token; its sets never left',
      { ...GONE, accountState: 'authorized', revokedAt: null, authorizedAt: at(4), held: [2] },
      'granted',
      'all_granted',
      { authorized: 4, granted: 4 },
    ],
    [
      'gone for want of a refresh token, which WeChat told again by itself',
      { ...GONE, accountState: 'authorized', revokedAt: null, held: [2] },
      'granted',
      'all_granted',
      {},
    ],
    [
      'gone for want of a refresh token, still',
      { ...GONE, accountState: 'incomplete', revokedAt: null, held: [2] },
      'listed',
      'not_sent',
      {},
    ],
    [
      'granted, but WeChat gave no refresh token: of no use',
      { because: 'gone', accountState: 'incomplete', authorizedAt: at(4), held: [2] },
      'withdrawn',
      'no_refresh_token',
      { authorized: 4, granted: 4 },
    ],
  ])('%s', (_name, change, state, because, told) => {
    const progress = memberProgress({ ...START, ...change });
    expect(progress).toMatchObject({ state, because });
    const time = (minutes: number | undefined): Date | null => (minutes === undefined ? null : at(minutes));
    expect({
      sentAt: progress.sentAt,
      openedAt: progress.openedAt,
      authorizedAt: progress.authorizedAt,
      grantedAt: progress.grantedAt,
      withdrawnAt: progress.withdrawnAt,
    }).toEqual({
      sentAt: time(told.sent),
      openedAt: time(told.opened),
      authorizedAt: time(told.authorized),
      grantedAt: time(told.granted),
      withdrawnAt: time(told.withdrawn),
    });
    expect(progress.state === 'granted').toBe(progress.missing.length === 0 && progress.because === 'all_granted');
  });
});
