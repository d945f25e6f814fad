import { decodeCursor, encodeCursor, keyAfter, pageOf } from './page';

describe('cursors', () => {
  it.each(['mer_01jd3v6s0c9k2m4n6p8q0r2t4v', '12345', 'a,b|c'])('bring back %p', (key) => {
    expect(decodeCursor(encodeCursor(key))).toBe(key);
  });

  it.each([
    ['one more letter', (cursor: string) => `${cursor}A`],
    ['a letter changed', (cursor: string) => (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1)],
    ['a letter that base64url does not have', (cursor: string) => `${cursor}!`],
    ['the key itself', () => 'mer_1'],
    ['nothing', () => ''],
    ['a key no list has', () => encodeCursor('微信')],
    ['an empty key', () => encodeCursor('')],
  ])('are refused with %s', (_name, spoil) => {
    expect(() => decodeCursor(spoil(encodeCursor('mer_1')))).toThrow(
      expect.objectContaining({ code: 'cursor_invalid' }),
    );
  });
});

describe('pageOf', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));

  it('gives a cursor that leads on from the last row shown', () => {
    const page = pageOf(rows, 2, ({ id }) => id);
    expect(page.items).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(keyAfter({ limit: 2, cursor: page.nextCursor! })).toBe('b');
  });

  it.each([3, 4])('ends when %i rows were asked for', (limit) => {
    expect(pageOf(rows, limit, ({ id }) => id)).toEqual({ items: rows, nextCursor: null });
  });

  it('starts without a cursor', () => {
    expect(keyAfter({ limit: 2 })).toBeNull();
  });
});
