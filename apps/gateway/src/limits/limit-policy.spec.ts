import { limitHeaders, policyOf, rateLimited } from './limit-policy';

describe('policyOf', () => {
  it('tells programs from people, and 0 from a limit', () => {
    expect(policyOf('key_1', { key: 5, user: 9 })).toEqual({ name: 'key', limit: 5, windowSeconds: 60 });
    expect(policyOf('usr_1', { key: 5, user: 9 })).toEqual({ name: 'user', limit: 9, windowSeconds: 60 });
    expect(policyOf('key_1', { key: 0, user: 9 })).toBeNull();
  });
});

describe('limitHeaders', () => {
  it('are structured fields', () => {
    const policy = { name: 'key', limit: 600, windowSeconds: 60 } as const;
    const standing = { policy, remaining: 12, resetSeconds: 31, isOver: false };
    expect(limitHeaders(standing)).toEqual({
      'RateLimit-Policy': '"key";q=600;w=60',
      RateLimit: '"key";r=12;t=31',
    });
    expect(rateLimited(standing)).toMatchObject({ kind: 'limited', detail: { retryAfterSeconds: 31 } });
  });
});
