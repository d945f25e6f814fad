import { grantTopic } from './account-news-policy';

describe('grantTopic', () => {
  it.each([
    [null, 'account.authorized'],
    ['revoked', 'account.authorized'],
    ['incomplete', 'account.authorized'],
    ['authorized', 'account.updated'],
  ] as const)('of an account that is %p is %s', (before, topic) => {
    expect(grantTopic(before)).toBe(topic);
  });
});
