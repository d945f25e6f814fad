import { namedIds } from './named-ids';

const id = (kind: string, n: number): string => `${kind}_${String(n).padStart(26, '0')}`;
const ids = (request: { method?: string; params?: object; query?: object; body?: unknown }): string[] =>
  namedIds({ method: 'POST', params: {}, query: {}, body: undefined, ...request });

describe('namedIds', () => {
  it('finds ids where a request means them, the path’s first, each once', () => {
    const params = { id: id('fet', 1) };
    const query = { merchant: id('mer', 1), accounts: `${id('acc', 1)},${id('acc', 2)}` };
    const body = { scope: { accounts: [id('acc', 2), id('acc', 3)] }, memberships: [{ merchant: id('mer', 2) }] };
    expect(ids({ method: 'GET', params, query })).toEqual([id('fet', 1), id('mer', 1), id('acc', 1), id('acc', 2)]);
    expect(ids({ params, body })).toEqual([id('fet', 1), id('acc', 2), id('acc', 3), id('mer', 2)]);
  });

  it('is not led astray by ids elsewhere', () => {
    const body = { name: id('mer', 9), note: { merchant: id('mer', 9) }, merchant: id('mer', 1) };
    expect(ids({ query: { x: id('mer', 9), merchant: id('mer', 9) }, body })).toEqual([id('mer', 1)]);
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
    for (let n = 0; n < 10; n++) deep = { scope: deep };
    expect(ids({ body: deep })).toEqual([]);
  });
});
