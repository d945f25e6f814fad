import { addDays, eachDay, type ShanghaiDate } from '@app/kernel';
import { completeAnew, movedBack, nextProbe } from '../../libs/fetching/src/account-days-policy';
import { DAY_STATE } from '../../libs/fetching/src/daily-cumulate.entity';
import { isSecondMiss, MISSED, type Coverage, type DayFact } from '../../libs/fetching/src/day-policy';
import { dataFromAfter, provenFrom } from '../../libs/fetching/src/empty-run-policy';
import { type Round } from '../../libs/fetching/src/round';
import { type DayRange } from '../../libs/fetching/src/window-policy';

interface Row {
  readonly state: 1 | 2;
  readonly users: number | null;
  readonly at: Date;
}

/** The facts of one account in memory, by the same rules as the tables: see turn.repository. */
export class FakeFacts {
  readonly rows = new Map<string, Row>();
  readonly misses = new Map<string, Date>();
  dataFrom: ShanghaiDate | null = null;
  probeAt: Date | null = null;

  read(ranges: readonly DayRange[]): Promise<ReadonlyMap<number, Coverage>> {
    const days = new Map<string, DayFact>();
    for (const { from, to } of ranges)
      for (const day of eachDay(from, to)) {
        const [row, missedAt] = [this.rows.get(day), this.misses.get(day)];
        if (row) days.set(day, row);
        else if (missedAt) days.set(day, { state: MISSED, at: missedAt });
      }
    return Promise.resolve(new Map([[1, days]]));
  }

  gaps(ranges: readonly DayRange[]): Promise<DayRange[][]> {
    return Promise.resolve(
      ranges.map(({ from, to }) =>
        eachDay(from, to).flatMap((day) => (this.rows.has(day) ? [] : [{ from: day, to: day }])),
      ),
    );
  }

  store(round: Round, now: Date): void {
    const accounts = new Map([[1, { dataFrom: this.dataFrom, completeTo: null }]]);
    for (const moved of movedBack(accounts, round.values)) this.beginAt(completeAnew(moved).base, now);
    for (const { refDate, cumulateUser, fetchedAt } of round.values) {
      const row = this.rows.get(refDate);
      if (row?.state === DAY_STATE.value && row.at > fetchedAt) continue;
      this.rows.set(refDate, { state: DAY_STATE.value, users: cumulateUser, at: fetchedAt });
      this.misses.delete(refDate);
    }
    for (const { refDate, calledAt } of round.misses) {
      const missedAt = this.misses.get(refDate);
      if (this.rows.has(refDate) || (this.dataFrom !== null && refDate < this.dataFrom)) continue;
      if (missedAt === undefined) this.misses.set(refDate, calledAt);
      else if (isSecondMiss({ state: MISSED, at: missedAt }, calledAt)) {
        this.rows.set(refDate, { state: DAY_STATE.absent, users: null, at: calledAt });
        this.misses.delete(refDate);
      }
    }
    const days = (state: number): string[] =>
      [...this.rows].flatMap(([day, row]) => (row.state === state ? [day] : [])).sort();
    const first = (days(DAY_STATE.value)[0] as ShanghaiDate | undefined) ?? null;
    const absent = new Set(days(DAY_STATE.absent));
    const told = round.runs.map(({ emptyTo }) => dataFromAfter(emptyTo, first, absent, this.dataFrom));
    const proven = this.dataFrom === null ? null : provenFrom(this.dataFrom, first, absent);
    for (const dataFrom of [...told, proven])
      if (dataFrom !== null && dataFrom !== this.dataFrom) this.beginAt(addDays(dataFrom, -1), now);
    if (round.probed.length > 0 && this.probeAt !== null && this.probeAt <= now) this.probeAt = null;
  }

  stateOf(day: ShanghaiDate): 'value' | 'absent' | 'before' | 'unknown' {
    const row = this.rows.get(day);
    if (row?.state === DAY_STATE.value) return 'value';
    if (this.dataFrom !== null && day < this.dataFrom) return 'before';
    return row ? 'absent' : 'unknown';
  }

  valueOf(day: ShanghaiDate): number | null {
    return this.rows.get(day)?.users ?? null;
  }

  private beginAt(base: ShanghaiDate, now: Date): void {
    this.dataFrom = addDays(base, 1);
    this.probeAt = nextProbe(now);
    for (const day of this.misses.keys()) if (day <= base) this.misses.delete(day);
    for (const [day, { state }] of this.rows) if (day <= base && state === DAY_STATE.absent) this.rows.delete(day);
  }
}
