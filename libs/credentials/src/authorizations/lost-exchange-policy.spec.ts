import { lostExchangeVerdict, type ListedPlace } from './lost-exchange-policy';

const CLICKED = new Date('2026-01-15T02:00:00.000Z');
const INVITE = { merchantId: 'mer_1', clickedAt: CLICKED, othersUnderWay: false };
const NEW: ListedPlace = {
  appid: 'wxnew',
  authorizedAt: new Date('2026-01-15T02:01:00.000Z'),
  hasRefreshToken: true,
  stored: null,
};
const stored = (isAuthorized: boolean, merchantId: string | null) => ({ isAuthorized, merchantId });

describe('lostExchangeVerdict', () => {
  it.each<[string, Partial<ListedPlace>, string | null]>([
    ['an account we have no row of', {}, 'wxnew'],
    ['one that was cancelled before, of this merchant', { stored: stored(false, 'mer_1') }, 'wxnew'],
    ['one that was cancelled before, of nobody', { stored: stored(false, null) }, 'wxnew'],
    ['one that was cancelled before, of another merchant', { stored: stored(false, 'mer_2') }, null],
    ['one whose authorization stands here', { stored: stored(true, 'mer_1') }, null],
    ['one nobody exchanged a code of', { hasRefreshToken: false }, null],
    ['one authorized before the click', { authorizedAt: new Date('2026-01-15T01:58:00.000Z') }, null],
  ])('%s', (_name, change, appid) => {
    const old = { ...NEW, appid: 'wxold', authorizedAt: new Date('2025-01-01T00:00:00Z') };
    expect(lostExchangeVerdict([old, { ...NEW, ...change }], INVITE).appid).toBe(appid);
  });

  it('guesses nothing among several', () => {
    const verdict = lostExchangeVerdict([NEW, { ...NEW, appid: 'wxother' }], INVITE);
    expect(verdict).toEqual({ appid: null, because: 'several_are_new' });
  });

  it('guesses nothing while somebody else is about to authorize', () => {
    const verdict = lostExchangeVerdict([NEW], { ...INVITE, othersUnderWay: true });
    expect(verdict).toEqual({ appid: null, because: 'others_may_be_meant' });
  });
});
