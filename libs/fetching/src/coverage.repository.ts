import { addDays, daysBetween, type ShanghaiDate } from '@app/kernel';
import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AccountRange } from './cumulate.repository';
import { MISSED, type Coverage, type DayFact, type FactState } from './day-policy';
import { type DayRange } from './window-policy';

interface FactRow {
  readonly accountId: number;
  readonly refDate: string;
  readonly state: FactState;
  readonly at: Date;
}

/** What is known of accounts' days, many accounts at a time. */
@Injectable()
export class CoverageRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Days with a row, and days that one answer lacked, by account. */
  async read(ranges: readonly AccountRange[], db: Queries = this.dataSource): Promise<ReadonlyMap<number, Coverage>> {
    const coverage = new Map<number, Map<string, DayFact>>();
    if (ranges.length === 0) return coverage;
    const where = ranges.map(() => '(account_id = ? AND ref_date BETWEEN ? AND ?)').join(' OR ');
    const params = ranges.flatMap(({ accountId, from, to }) => [accountId, from, to]);
    const [facts, misses] = await Promise.all([
      db.query<FactRow[]>(
        `SELECT account_id AS accountId, ref_date AS refDate, state, fetched_at AS at FROM daily_cumulate WHERE ${where}`,
        params,
      ),
      db.query<FactRow[]>(
        `SELECT account_id AS accountId, ref_date AS refDate, ${MISSED} AS state, missed_at AS at FROM day_miss WHERE ${where}`,
        params,
      ),
    ]);
    // A row says more than that one answer lacked the day.
    for (const { accountId, refDate, state, at } of [...misses, ...facts]) {
      const days = coverage.get(accountId) ?? new Map<string, DayFact>();
      coverage.set(accountId, days.set(refDate, { state, at }));
    }
    return coverage;
  }

  /** The days without a row of each range, oldest first. Rows are counted first: most ranges that are looked at are whole. */
  async gaps(ranges: readonly AccountRange[]): Promise<DayRange[][]> {
    const found: DayRange[][] = ranges.map(() => []);
    const asked = await this.withGaps(
      ranges.flatMap((range, at) => (range.from <= range.to ? [{ ...range, at }] : [])),
    );
    if (asked.length === 0) return found;
    const one = `SELECT ? AS at, CAST(g.after_day AS DATE) AS afterDay, g.before_day AS beforeDay FROM (
        SELECT d.ref_date AS before_day, COALESCE(LAG(d.ref_date) OVER (ORDER BY d.ref_date), CAST(? AS DATE)) AS after_day
        FROM (SELECT ref_date FROM daily_cumulate WHERE account_id = ? AND ref_date BETWEEN ? AND ?
          UNION ALL SELECT CAST(? AS DATE)) d) g
      WHERE DATEDIFF(g.before_day, g.after_day) > 1`;
    const rows = await this.dataSource.query<
      { at: number | string; afterDay: ShanghaiDate; beforeDay: ShanghaiDate }[]
    >(
      asked.map(() => one).join(' UNION ALL '),
      asked.flatMap(({ at, accountId, from, to }) => [at, addDays(from, -1), accountId, from, to, addDays(to, 1)]),
    );
    for (const { at, afterDay, beforeDay } of rows)
      found[Number(at)]?.push({ from: addDays(afterDay, 1), to: addDays(beforeDay, -1) });
    for (const gaps of found) gaps.sort((a, b) => (a.from < b.from ? -1 : 1));
    return found;
  }

  private async withGaps<T extends AccountRange>(ranges: readonly T[]): Promise<T[]> {
    if (ranges.length === 0) return [];
    const one = 'SELECT COUNT(*) AS n FROM daily_cumulate WHERE account_id = ? AND ref_date BETWEEN ? AND ?';
    const rows = await this.dataSource.query<Record<string, number | string>[]>(
      `SELECT ${ranges.map((_, i) => `(${one}) AS r${i}`).join(', ')}`,
      ranges.flatMap(({ accountId, from, to }) => [accountId, from, to]),
    );
    return ranges.filter(({ from, to }, i) => Number(rows[0]?.[`r${i}`]) <= daysBetween(from, to));
  }
}
