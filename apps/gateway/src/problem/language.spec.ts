import { preferredLanguage } from './language';

describe('preferredLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['fr-FR, de', 'en'],
    ['*', 'en'],
    ['zh', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.5, ZH-tw;q=0.7', 'zh'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0, en;q=0', 'en'],
    ['zh;q=abc', 'en'],
    ['zh, en', 'zh'],
    ['en, zh', 'en'],
    ['zh;q=0.1, *;q=0.9', 'en'],
    ['zh;q=0, *', 'en'],
    ['en;q=0, *', 'zh'],
    ['en;q=0.2, *;q=0.5', 'zh'],
    ['*, zh', 'zh'],
  ])('of %p is %s', (header, expected) => {
    expect(preferredLanguage(header)).toBe(expected);
  });
});
