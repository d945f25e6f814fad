import { shanghaiDate } from '@app/kernel';
import { seriesOf } from './series-policy';

const day = (refDate: string, cumulateUser: number | null, state: number) => ({
  refDate: shanghaiDate(refDate),
  cumulateUser,
  state,
});
const range = { from: shanghaiDate('2026-03-01'), to: shanghaiDate('2026-03-04') };

describe('seriesOf', () => {
  it('tells value, absent, unknown and before apart, and never makes a missing day zero', () => {
    const rows = [day('2026-03-02', 10, 2), day('2026-03-03', null, 1)];
    expect(seriesOf(range, rows, shanghaiDate('2026-03-02'))).toEqual([
      { refDate: '2026-03-01', cumulateUser: null, netChange: null, state: 'before' },
      { refDate: '2026-03-02', cumulateUser: 10, netChange: null, state: 'value' },
      { refDate: '2026-03-03', cumulateUser: null, netChange: null, state: 'absent' },
      { refDate: '2026-03-04', cumulateUser: null, netChange: null, state: 'unknown' },
    ]);
  });

  it('tells before, not absent, before the first day with data, and shows a value wherever it is', () => {
    const rows = [day('2026-03-01', null, 1), day('2026-03-02', 3, 2), day('2026-03-04', null, 1)];
    expect(seriesOf(range, rows, shanghaiDate('2026-03-04')).map(({ state }) => state)).toEqual([
      ...['before', 'value', 'before', 'absent'],
    ]);
  });

  it('takes the first net change from the day before the range', () => {
    const rows = [day('2026-02-28', 7, 2), day('2026-03-01', 5, 2), day('2026-03-02', 5, 2)];
    expect(seriesOf(range, rows, null).map(({ netChange }) => netChange)).toEqual([-2, 0, null, null]);
  });

  it('gives no net change across a day without value', () => {
    const rows = [day('2026-03-01', 5, 2), day('2026-03-03', 9, 2)];
    expect(seriesOf(range, rows, null).map(({ netChange }) => netChange)).toEqual([null, null, null, null]);
  });
});
