import { parseShanghaiDate, type ShanghaiDate } from '@app/kernel';
import { isRecord } from '../record';
import { readRid } from '../rid';
import { DATACUBE } from './datacube';

/** The days that were asked for, both included. */
export interface DayWindow {
  readonly from: ShanghaiDate;
  readonly to: ShanghaiDate;
}

export interface CumulateRow {
  readonly refDate: ShanghaiDate;
  /** Followers at the end of the day. */
  readonly cumulateUser: number;
}

export type UnclearReason = 'outside_window' | 'duplicate' | 'not_a_count' | 'bad_date' | 'not_a_row' | 'not_a_list';

/** Something in the answer that is not used. */
export interface UnclearRow {
  readonly reason: UnclearReason;
  /** The day it is about, when it names one. */
  readonly refDate: ShanghaiDate | null;
}

export interface CumulateAnswer {
  /** At most one row per requested day, oldest first. A day without a row is unknown, not zero. */
  readonly rows: readonly CumulateRow[];
  /** At most 50 entries. */
  readonly unclear: readonly UnclearRow[];
  /** WeChat's request id, when the answer names one. */
  readonly rid: string | null;
}

const MAX_COUNT = 2 ** 32 - 1;
const MAX_UNCLEAR = 50;

/**
 * Reads an answer of getusercumulate so that nothing false can be stored: a day counts only when everything said about
 * it is one and the same whole number from 0 to 2^32-1. What is not used is told in `unclear`. Never throws.
 */
export function readCumulate(body: unknown, window: DayWindow): CumulateAnswer {
  const { list, errmsg } = isRecord(body) ? body : {};
  const rid = readRid(errmsg);
  if (!Array.isArray(list)) return { rows: [], unclear: [{ reason: 'not_a_list', refDate: null }], rid };

  const unclear: UnclearRow[] = [];
  const counts = new Map<ShanghaiDate, number | null>();
  const drop = (reason: UnclearReason, refDate: ShanghaiDate | null): void => {
    if (unclear.length < MAX_UNCLEAR) unclear.push({ reason, refDate });
  };
  for (const row of list as readonly unknown[]) {
    if (!isRecord(row)) {
      drop('not_a_row', null);
      continue;
    }
    const refDate = typeof row['ref_date'] === 'string' ? parseShanghaiDate(row['ref_date']) : null;
    if (refDate === null) {
      drop('bad_date', null);
    } else if (refDate < window.from || refDate > window.to || refDate < DATACUBE.firstDay) {
      drop('outside_window', refDate);
    } else {
      note(counts, refDate, readCount(row['cumulate_user']), drop);
    }
  }
  const rows: CumulateRow[] = [];
  for (const [refDate, cumulateUser] of counts) if (cumulateUser !== null) rows.push({ refDate, cumulateUser });
  return { rows: rows.sort((a, b) => (a.refDate < b.refDate ? -1 : 1)), unclear, rid };
}

/** Null in `counts` means that the day was answered in a way that cannot be used. */
function note(
  counts: Map<ShanghaiDate, number | null>,
  refDate: ShanghaiDate,
  count: number | null,
  drop: (reason: UnclearReason, refDate: ShanghaiDate) => void,
): void {
  const known = counts.get(refDate);
  if (count === null) drop('not_a_count', refDate);
  else if (known !== undefined && known !== count) drop('duplicate', refDate);
  counts.set(refDate, known === undefined || known === count ? count : null);
}

function readCount(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_COUNT) return null;
  return Object.is(value, -0) ? 0 : value;
}
