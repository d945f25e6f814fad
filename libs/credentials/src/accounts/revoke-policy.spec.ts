import { revokeVerdict } from './revoke-policy';

const NOW = new Date('2026-01-15T02:00:00.000Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);
const STANDING = { state: 'authorized', eventTime: ago(86_400), authorizedAt: ago(86_400) } as const;

describe('revokeVerdict', () => {
  it.each([
    ['a fresh cancel, long after the grant', STANDING, ago(3), 'revoke'],
    ['of an account without a refresh token', { ...STANDING, state: 'incomplete' } as const, ago(3), 'revoke'],
    ['WeChat’s clock is half a minute ahead', STANDING, ago(-30), 'revoke'],
    ['no event was ever applied', { ...STANDING, eventTime: null }, ago(3), 'revoke'],
    ['of a revoked account', { ...STANDING, state: 'revoked' } as const, ago(3), 'ignore'],
    ['a push on its way for minutes', STANDING, ago(300), 'ask'],
    ['older than the grant', { ...STANDING, eventTime: ago(10) }, ago(40), 'ask'],
    ['the same second as the grant', { ...STANDING, eventTime: ago(3) }, ago(3), 'ask'],
    ['seconds after the exchange that proved it alive', { ...STANDING, authorizedAt: ago(20) }, ago(3), 'ask'],
    ['a time long ago', STANDING, new Date(0), 'ask'],
    ['a time far ahead', STANDING, ago(-31_536_000), 'ask'],
  ])('%s', (_name, account, createTime, act) => {
    expect(revokeVerdict(account, createTime, NOW).act).toBe(act);
  });
});
