import { namedIds } from './named-ids';

const id = (kind: string, n: number): string => `${kind}_${String(n).padStart(26, '0')}`;
const ids = (request: { params?: object; query?: object; body?: unknown }): string[] =>
  namedIds({ params: {}, query: {}, body: undefined, ...request });

describe('namedIds', () => {
  it('finds ids wherever a request names them, the path’s first, each once', () => {
    const request = {
      params: { id: id('fet', 1) },
      query: { merchant: id('mer', 1), accounts: `${id('acc', 1)},${id('acc', 2)}` },
      body: { scope: { accounts: [id('acc', 2), id('acc', 3)] }, memberships: [{ merchant: id('mer', 2) }] },
    };
    expect(ids(request)).toEqual([
      ...[id('fet', 1), id('mer', 1), id('acc', 1), id('acc', 2), id('acc', 3), id('mer', 2)],
    ]);
  });

  it('takes nothing else: names, secrets, bodies that are no JSON', () => {
    const body = { name: 'mer_x', password: `${id('mer', 1)}x`, note: ` ${id('mer', 1)}`, n: 1, none: null };
    expect(ids({ body })).toEqual([]);
    expect(ids({ body: Buffer.from(id('mer', 1)) })).toEqual([]);
  });

  it('ends', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => id('acc', n));
    expect(ids({ body: { accounts: many } })).toEqual(many.slice(0, 20));
    let deep: object = { id: id('acc', 1) };
    for (let n = 0; n < 10; n++) deep = { deep };
    expect(ids({ body: deep })).toEqual([]);
  });
});
