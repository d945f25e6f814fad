import { callbackVerdict, inviteState } from './invite-policy';

const now = new Date('2026-03-10T10:00:00Z');
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const inTime = { usedAt: null, expiresAt: ago(-60) };
const binding = { campaignClosedAt: null, isCurrent: true, isFulfilled: false };

describe('inviteState', () => {
  it.each([
    ['open', { ...inTime, binding: null }],
    ['used', { ...inTime, usedAt: ago(1), binding: null }],
    ['expired', { usedAt: null, expiresAt: now, binding: null }],
    ['open', { ...inTime, binding }],
    ['used', { ...inTime, usedAt: ago(1), binding }],
    ['expired', { usedAt: null, expiresAt: now, binding }],
    ['closed', { ...inTime, binding: { ...binding, campaignClosedAt: ago(1) } }],
    ['replaced', { ...inTime, binding: { ...binding, isCurrent: false, campaignClosedAt: ago(1) } }],
    ['replaced', { usedAt: ago(9), expiresAt: now, binding: { ...binding, isCurrent: false } }],
    ['fulfilled', { usedAt: ago(9), expiresAt: now, binding: { ...binding, isCurrent: false, isFulfilled: true } }],
  ])('%s', (state, invite) => {
    expect(inviteState(invite, now)).toBe(state);
  });
});

describe('callbackVerdict', () => {
  const yes = { allowed: true };
  it.each([
    ['open', null, false, yes],
    ['expired', ago(59), false, yes],
    ['expired', ago(60), false, { allowed: false, because: 'expired' }],
    ['expired', null, false, { allowed: false, because: 'expired' }],
    ['used', ago(-9), false, { allowed: false, because: 'used' }],
    ['used', ago(-9), true, yes],
    ['used', ago(60), true, { allowed: false, because: 'used' }],
    ['replaced', ago(-9), true, yes],
    ['replaced', null, true, { allowed: false, because: 'replaced' }],
    ['closed', ago(-9), true, yes],
    ['fulfilled', ago(-9), true, yes],
    ['fulfilled', null, true, { allowed: false, because: 'fulfilled' }],
  ] as const)('%s, last click ends %p, bound %p', (state, lastClickExpiresAt, isBound, verdict) => {
    expect(callbackVerdict(state, { lastClickExpiresAt, isBound }, now)).toEqual(verdict);
  });
});
