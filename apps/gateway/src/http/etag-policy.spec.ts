import { etagOf, isKnownTo } from './etag-policy';

describe('etags', () => {
  const etag = etagOf(['a', 1]);

  it('are the same for the same facts alone, weak, and well formed', () => {
    expect(etagOf(['a', 1])).toBe(etag);
    expect(etagOf(['a', '1'])).not.toBe(etag);
    expect(etag).toMatch(/^W\/"[A-Za-z0-9_-]{27}"$/);
  });

  it.each<[string, (tag: string) => string | undefined, boolean]>([
    ['nothing', () => undefined, false],
    ['itself', (tag) => tag, true],
    ['itself, strong', (tag) => tag.slice(2), true],
    ['a star', () => ' * ', true],
    ['a list', (tag) => `"x", W/"y",${tag} , "z"`, true],
    ['others', () => '"x", W/"y"', false],
    ['an empty text', () => '', false],
    ['itself without quotes', (tag) => tag.slice(3, -1), false],
    ['a star in a list', (tag) => `"${tag.slice(3, -2)}", *`, false],
    ['part of another', (tag) => `"a${tag.slice(3)}`, false],
  ])('are matched by %s as they should be', (_name, header, known) => {
    expect(isKnownTo(header(etag), etag)).toBe(known);
  });
});
