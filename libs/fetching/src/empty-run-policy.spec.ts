import { eachDay, shanghaiDate, type ShanghaiDate } from '@app/kernel';
import { readCumulate } from '@app/wechat';
import { DAY_STATE } from './daily-cumulate.entity';
import { MISSED, type DayFact, type FactState } from './day-policy';
import { dataFromAfter, NO_RUN, provenFrom, runAfter, type EmptyRun } from './empty-run-policy';

const now = new Date('2026-01-15T02:00:00Z');
const day = shanghaiDate;
const window = { from: day('2025-06-01'), to: day('2025-06-07') };
const run: EmptyRun = { emptyWindows: 3, emptyTo: day('2025-06-28') };

function after(body: unknown, facts: Record<string, FactState> = {}, top = window.to, asked = window): EmptyRun {
  const coverage = new Map<string, DayFact>(Object.entries(facts).map(([date, state]) => [date, { state, at: now }]));
  return runAfter(run, { window: asked, top, coverage }, readCumulate(body, asked), now);
}

describe('runAfter', () => {
  it('counts clean empty answers, and remembers where the run began', () => {
    expect(after({ list: [] })).toEqual({ emptyWindows: 4, emptyTo: '2025-06-28' });
    expect(
      runAfter(NO_RUN, { window, top: window.to, coverage: new Map() }, readCumulate({ list: [] }, window), now),
    ).toEqual({ emptyWindows: 1, emptyTo: '2025-06-07' });
  });

  it.each<[string, unknown]>([
    ['a value', { list: [{ ref_date: '2025-06-03', cumulate_user: 0 }] }],
    ['an odd row', { list: [{ ref_date: '2025-06-03', cumulate_user: '1' }] }],
    ['no list', { list: {} }],
  ])('is ended by %s', (_what, body) => {
    expect(after(body)).toEqual(NO_RUN);
  });

  it('is ended by a stored value in the window, and begins anew below one above it', () => {
    expect(after({ list: [] }, { '2025-06-03': DAY_STATE.value })).toEqual(NO_RUN);
    expect(after({ list: [] }, { '2025-06-03': DAY_STATE.absent, '2025-06-04': MISSED })).toMatchObject({
      emptyWindows: 4,
    });
    const above = { '2025-06-08': DAY_STATE.absent, '2025-06-09': DAY_STATE.value };
    expect(after({ list: [] }, above, day('2025-06-09'))).toEqual({ emptyWindows: 1, emptyTo: '2025-06-07' });
    expect(after({ list: [] }, above, day('2025-06-08'))).toMatchObject({ emptyWindows: 4 });
  });

  it('does not count windows with days that may be late', () => {
    const late = { from: day('2026-01-06'), to: day('2026-01-12') };
    expect(after({ list: [] }, {}, late.to, late)).toEqual(NO_RUN);
    const older = { from: day('2026-01-05'), to: day('2026-01-11') };
    expect(after({ list: [] }, {}, older.to, older)).toMatchObject({ emptyWindows: 4 });
  });
});

describe('dataFromAfter', () => {
  const emptyTo = day('2025-06-28');
  const absent = new Set<string>(eachDay(day('2025-06-01'), day('2025-09-30')));

  it.each<[string | null, string | null, string | null]>([
    ['2025-07-01', null, '2025-07-01'],
    ['2025-08-15', null, '2025-08-15'],
    [null, null, '2025-06-29'],
    ['2025-06-28', null, null],
    ['2020-01-01', null, null],
    ['2025-08-15', '2025-07-01', '2025-08-15'],
    [null, '2025-07-01', '2025-07-01'],
    ['2025-07-01', '2025-07-01', '2025-07-01'],
  ])('first value %s, known so far %s: %s', (first, known, dataFrom) => {
    expect(dataFromAfter(emptyTo, first as ShanghaiDate | null, absent, known as ShanghaiDate | null)).toBe(dataFrom);
  });

  it('is the first day that lacks a second answer, from the newest empty window on, until none does', () => {
    const some = new Set(absent);
    some.delete('2025-07-04');
    expect(dataFromAfter(emptyTo, day('2025-07-10'), some, null)).toBe('2025-07-04');
    expect(dataFromAfter(emptyTo, day('2025-07-10'), new Set(), null)).toBe('2025-06-22');
    expect(provenFrom(day('2025-06-22'), day('2025-07-10'), some)).toBeNull();
    expect(provenFrom(day('2025-06-22'), day('2025-07-10'), absent)).toBe('2025-07-10');
    expect(provenFrom(day('2025-06-22'), day('2025-06-22'), absent)).toBeNull();
    expect(provenFrom(day('2025-06-22'), null, absent)).toBeNull();
  });
});
