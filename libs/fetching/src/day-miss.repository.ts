import { type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type AccountRange } from './cumulate.repository';
import { DAY_STATE } from './daily-cumulate.entity';
import { ANSWERS_APART_MS } from './day-policy';
import { type DayMiss } from './round';
import { sqlTime } from './sql-time';

const SQL_MISSES = `JSON_TABLE(?, '$[*]' COLUMNS (account_id INT UNSIGNED PATH '$[0]', ref_date DATE PATH '$[1]',
  called_at DATETIME(3) PATH '$[2]')) v`;

/** Older days that answers lacked. Whoever writes holds the accounts' rows. */
@Injectable()
export class DayMissRepository {
  /**
   * Notes days that an answer lacked: the first answer leaves a row here, a second one at least ten minutes apart makes the day
   * absent. A day with a value keeps it; one that is absent is confirmed. Days before the account's first data are left out.
   */
  note(batch: Batch, misses: readonly DayMiss[]): void {
    if (misses.length === 0) return;
    const answer = JSON.stringify(misses.map((miss) => [miss.accountId, miss.refDate, sqlTime(miss.calledAt)]));
    const known = `FROM ${SQL_MISSES} JOIN account a ON a.id = v.account_id
      LEFT JOIN day_miss m ON m.account_id = v.account_id AND m.ref_date = v.ref_date
      LEFT JOIN daily_cumulate d ON d.account_id = v.account_id AND d.ref_date = v.ref_date
      WHERE v.ref_date >= COALESCE(a.data_from, v.ref_date)`;
    batch.later(
      `INSERT INTO daily_cumulate (account_id, ref_date, cumulate_user, state, fetched_at)
       SELECT v.account_id, v.ref_date, NULL, ${DAY_STATE.absent}, GREATEST(v.called_at, COALESCE(m.missed_at, v.called_at)) ${known}
         AND (d.state = ${DAY_STATE.absent} OR (d.state IS NULL
           AND ABS(TIMESTAMPDIFF(SECOND, m.missed_at, v.called_at)) >= ${ANSWERS_APART_MS / 1_000}))
       ON DUPLICATE KEY UPDATE fetched_at = GREATEST(daily_cumulate.fetched_at, VALUES(fetched_at))`,
      [answer],
    );
    batch.later(
      `INSERT INTO day_miss (account_id, ref_date, missed_at)
       SELECT v.account_id, v.ref_date, v.called_at ${known} AND d.state IS NULL AND m.missed_at IS NULL`,
      [answer],
    );
    const ranges = [...rangesOf(misses).values()];
    this.forget(batch, ranges);
  }

  /** Removes what was noted of days that have a row by now. */
  forget(batch: Batch, ranges: readonly AccountRange[]): void {
    if (ranges.length === 0) return;
    batch.later(
      `DELETE m FROM day_miss m JOIN daily_cumulate d ON d.account_id = m.account_id AND d.ref_date = m.ref_date
       WHERE ${ranges.map(() => '(m.account_id = ? AND m.ref_date BETWEEN ? AND ?)').join(' OR ')}`,
      ranges.flatMap(({ accountId, from, to }) => [accountId, from, to]),
    );
  }
}

function rangesOf(misses: readonly DayMiss[]): Map<number, AccountRange> {
  const ranges = new Map<number, AccountRange>();
  for (const { accountId, refDate } of misses) {
    const { from, to } = ranges.get(accountId) ?? { from: refDate, to: refDate };
    ranges.set(accountId, { accountId, from: refDate < from ? refDate : from, to: refDate > to ? refDate : to });
  }
  return ranges;
}
