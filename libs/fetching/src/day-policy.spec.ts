import { shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { readCumulate } from '@app/wechat';
import { DAY_STATE } from './daily-cumulate.entity';
import { isSecondMiss, MISSED, missesOf } from './day-policy';

const window = { from: shanghaiDate('2026-01-01'), to: shanghaiDate('2026-01-07') };
/** 10:00 in Shanghai: no day of the window is late. */
const now = new Date('2026-01-15T02:00:00Z');
const row = (day: number, count: unknown = day): object => ({ ref_date: `2026-01-0${day}`, cumulate_user: count });
const missed = (body: unknown, dataFrom: string | null = null, at = now): number[] =>
  missesOf(window, readCumulate(body, window), dataFrom as ShanghaiDate | null, at).map((day) => Number(day.slice(8)));

describe('missesOf', () => {
  it.each<[string, unknown, number[]]>([
    ['an empty list', { list: [] }, [1, 2, 3, 4, 5, 6, 7]],
    ['rows out of order', { list: [7, 3, 1].map((day) => row(day)) }, [2, 4, 5, 6]],
    ['a row twice alike', { list: [row(1), row(1), row(2), row(3), row(4), row(5), row(6)] }, [7]],
    ['two numbers for a day', { list: [row(1, 1), row(1, 2)] }, [2, 3, 4, 5, 6, 7]],
    ['a negative number', { list: [row(1, -1), row(2)] }, [3, 4, 5, 6, 7]],
    ['a fraction', { list: [row(1, 0.5), row(2)] }, [3, 4, 5, 6, 7]],
    ['a number as text', { list: [row(1, '7'), row(2)] }, [3, 4, 5, 6, 7]],
    ['a day outside the window', { list: [{ ref_date: '2026-01-08', cumulate_user: 1 }, row(2)] }, []],
    ['a date that is none', { list: [{ ref_date: '2026-01-32', cumulate_user: 1 }, row(2)] }, []],
    ['a row that is none', { list: [null, row(2)] }, []],
    ['a list as object', { list: {} }, []],
    ['no list', {}, []],
  ])('%s', (_what, body, days) => {
    expect(missed(body)).toEqual(days);
  });

  it('misses no day before the first one with data, wherever that is known from', () => {
    expect(missed({ list: [] }, '2026-01-05')).toEqual([5, 6, 7]);
    expect(missed({ list: [row(3)] }, '2026-01-05')).toEqual([4, 5, 6, 7]);
    expect(missed({ list: [row(6)] }, '2026-01-05')).toEqual([5, 7]);
  });

  it('misses no day that may be late', () => {
    expect(missed({ list: [] }, null, new Date('2026-01-08T02:00:00Z'))).toEqual([1, 2, 3, 4]);
    expect(missed({ list: [] }, null, new Date('2026-01-07T16:00:00Z'))).toEqual([1, 2, 3, 4]);
    expect(missed({ list: [] }, null, new Date('2026-01-07T15:59:00Z'))).toEqual([1, 2, 3]);
  });
});

describe('isSecondMiss', () => {
  it('takes two answers ten minutes apart, whichever came first', () => {
    const at = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
    const fact = { state: MISSED, at: now } as const;
    expect([-10, -9, 0, 9.999, 10].map((m) => isSecondMiss(fact, at(m)))).toEqual([true, false, false, false, true]);
    expect(isSecondMiss({ ...fact, state: DAY_STATE.value }, at(20))).toBe(false);
    expect(isSecondMiss(undefined, at(20))).toBe(false);
  });
});
