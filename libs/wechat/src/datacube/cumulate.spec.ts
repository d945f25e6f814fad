import { shanghaiDate } from '@app/kernel';
import fc from 'fast-check';
import { readCumulate } from './cumulate';

const window = { from: shanghaiDate('2014-12-02'), to: shanghaiDate('2014-12-07') };

function told(body: unknown): [days: Record<string, number>, unclear: string[]] {
  const { rows, unclear } = readCumulate(body, window);
  return [
    Object.fromEntries(rows.map((row) => [row.refDate, row.cumulateUser])),
    unclear.map(({ reason, refDate }) => (refDate === null ? reason : `${reason} ${refDate}`)),
  ];
}

describe('readCumulate', () => {
  it('reads the documented example, in which five of six days are missing', () => {
    const body = { list: [{ ref_date: '2014-12-07', cumulate_user: 1217056 }] };
    expect(readCumulate(body, window)).toEqual({
      rows: [{ refDate: '2014-12-07', cumulateUser: 1217056 }],
      unclear: [],
      rid: null,
    });
  });

  const day = (date: unknown, count: unknown, more: object = {}) => ({ ref_date: date, cumulate_user: count, ...more });

  it.each<[string, unknown, Record<string, number>, string[]]>([
    ['no data', { list: [] }, {}, []],
    ['a zero', { list: [day('2014-12-02', 0)] }, { '2014-12-02': 0 }, []],
    ['the largest count', { list: [day('2014-12-02', 4294967295)] }, { '2014-12-02': 4294967295 }, []],
    ['unknown fields', { list: [day('2014-12-02', 1, { user_source: 0, new: {} })], x: 1 }, { '2014-12-02': 1 }, []],
    ['the same row twice', { list: [day('2014-12-02', 1), day('2014-12-02', 1)] }, { '2014-12-02': 1 }, []],
    ['two answers for a day', { list: [day('2014-12-02', 1), day('2014-12-02', 2)] }, {}, ['duplicate 2014-12-02']],
    [
      'three answers for a day',
      { list: [day('2014-12-02', 1), day('2014-12-02', 2), day('2014-12-02', 1)] },
      {},
      ['duplicate 2014-12-02', 'duplicate 2014-12-02'],
    ],
    [
      'a good and a bad answer for a day',
      { list: [day('2014-12-02', 1), day('2014-12-02', 'many')] },
      {},
      ['not_a_count 2014-12-02'],
    ],
    [
      'a bad and a good answer for a day',
      { list: [day('2014-12-02', null), day('2014-12-02', 1)] },
      {},
      ['not_a_count 2014-12-02', 'duplicate 2014-12-02'],
    ],
    ['a day before', { list: [day('2014-12-01', 1)] }, {}, ['outside_window 2014-12-01']],
    ['a day after', { list: [day('2014-12-08', 1)] }, {}, ['outside_window 2014-12-08']],
    ...['7', 1.5, -1, 4294967296, null, undefined, true, [1], {}].map(
      (count): [string, unknown, Record<string, number>, string[]] => [
        `the count ${JSON.stringify(count)}`,
        { list: [day('2014-12-02', count)] },
        {},
        ['not_a_count 2014-12-02'],
      ],
    ),
    ...['2014-12-2', '20141202', '2014-12-02 ', '2014-02-30', '', null, 20141202, undefined].map(
      (date): [string, unknown, Record<string, number>, string[]] => [
        `the date ${JSON.stringify(date)}`,
        { list: [day(date, 1)] },
        {},
        ['bad_date'],
      ],
    ),
    ...[null, 1, 'row', []].map((row): [string, unknown, Record<string, number>, string[]] => [
      `the row ${JSON.stringify(row)}`,
      { list: [row, day('2014-12-03', 3)] },
      { '2014-12-03': 3 },
      ['not_a_row'],
    ]),
    ...[{}, { list: null }, { list: {} }, { list: day('2014-12-02', 1) }, null, 'x', [day('2014-12-02', 1)]].map(
      (body): [string, unknown, Record<string, number>, string[]] => [
        `the answer ${JSON.stringify(body)}`,
        body,
        {},
        ['not_a_list'],
      ],
    ),
  ])('%s', (_what, body, days, unclear) => {
    expect(told(body)).toEqual([days, unclear]);
  });

  it('does not use days before WeChat had any', () => {
    const early = { from: shanghaiDate('2014-11-28'), to: shanghaiDate('2014-12-01') };
    const answer = readCumulate({ list: [day('2014-11-30', 5), day('2014-12-01', 6)] }, early);
    expect(answer.rows).toEqual([{ refDate: '2014-12-01', cumulateUser: 6 }]);
    expect(answer.unclear).toEqual([{ reason: 'outside_window', refDate: '2014-11-30' }]);
  });

  it('tells at most 50 oddities', () => {
    expect(readCumulate({ list: Array(1000).fill(1) }, window).unclear).toHaveLength(50);
  });

  it('finds the rid', () => {
    const answer = readCumulate({ list: [], errcode: 0, errmsg: 'ok rid: 65a1b2c3-0d4e5f60-7a8b9c0d' }, window);
    expect(answer.rid).toBe('65a1b2c3-0d4e5f60-7a8b9c0d');
  });

  it('does not depend on the order of rows, and gives them oldest first', () => {
    const dates = ['2014-12-01', '2014-12-02', '2014-12-04', '2014-12-07', '2014-12-09', 'never'];
    const row = fc.record({ ref_date: fc.constantFrom(...dates), cumulate_user: fc.integer({ min: -1, max: 2 }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (list) => {
        const { rows } = readCumulate({ list }, window);
        expect(readCumulate({ list: list.toReversed() }, window).rows).toEqual(rows);
        expect(rows.map((r) => r.refDate)).toEqual(rows.map((r) => r.refDate).toSorted());
      }),
    );
  });

  it('never throws and never invents a row', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const body of [value, { list: value }, { list: [value] }]) {
          for (const row of readCumulate(body, window).rows) {
            expect(JSON.stringify(body)).toContain(`"${row.refDate}"`);
          }
        }
      }),
    );
  });
});
