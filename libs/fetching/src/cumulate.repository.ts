import { type ShanghaiDate } from '@app/kernel';
import { type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DAY_STATE } from './daily-cumulate.entity';
import { sqlTime } from './sql-time';
import { type DayRange } from './window-policy';

/** One number WeChat gave for one day, with the time it was asked for. */
export interface DayValue {
  readonly accountId: number;
  readonly refDate: ShanghaiDate;
  readonly cumulateUser: number;
  readonly fetchedAt: Date;
  /** No row was seen when the day was asked for. */
  readonly isNew: boolean;
}

export interface AccountRange extends DayRange {
  readonly accountId: number;
}

/** Days with a row, by account. */
export type KnownDays = ReadonlyMap<number, ReadonlySet<string>>;

const SQL_INSERT = 'INSERT INTO daily_cumulate (account_id, ref_date, cumulate_user, state, fetched_at)';

/** The facts: what is stored of each account's days. */
@Injectable()
export class CumulateRepository {
  constructor(private readonly dataSource: DataSource) {}

  async knownDays(ranges: readonly AccountRange[]): Promise<KnownDays> {
    const known = new Map<number, Set<string>>();
    if (ranges.length === 0) return known;
    const rows = await this.dataSource.query<{ accountId: number; refDate: string }[]>(
      `SELECT account_id AS accountId, ref_date AS refDate FROM daily_cumulate
       WHERE ${ranges.map(() => '(account_id = ? AND ref_date BETWEEN ? AND ?)').join(' OR ')}`,
      ranges.flatMap(({ accountId, from, to }) => [accountId, from, to]),
    );
    for (const { accountId, refDate } of rows) {
      const days = known.get(accountId) ?? new Set();
      known.set(accountId, days.add(refDate));
    }
    return known;
  }

  /**
   * Writes values in the caller's transaction, which holds the accounts' rows: so the comparison and the write see the same
   * facts. An answer asked for before the stored value never overwrites it, any value replaces `absent`. A changed number
   * and a day that appeared are kept in cumulate_revision. Most days are stored once: those taken for new are written without
   * any comparison, and the transaction fails with ER_DUP_ENTRY where one has a row all the same.
   */
  store(batch: Batch, values: readonly DayValue[], now: Date): void {
    const fresh = values.filter(({ isNew }) => isNew);
    if (fresh.length > 0) batch.later(`${SQL_INSERT} VALUES ?`, [fresh.map(columnsOf)]);
    const known = values.filter(({ isNew }) => !isNew);
    if (known.length > 0) this.compare(batch, known, now);
  }

  private compare(batch: Batch, values: readonly DayValue[], now: Date): void {
    const answer = JSON.stringify(
      values.map((value) => [value.accountId, value.refDate, value.cumulateUser, sqlTime(value.fetchedAt)]),
    );
    batch.later(
      `INSERT INTO cumulate_revision (account_id, ref_date, revision, old_user, new_user, old_fetched_at, changed_at, reason)
       SELECT d.account_id, d.ref_date, d.revision + 1, d.cumulate_user, v.users, d.fetched_at, ?,
         IF(d.state = ${DAY_STATE.absent}, 'appeared', 'corrected')
       FROM JSON_TABLE(?, '$[*]' COLUMNS (account_id INT UNSIGNED PATH '$[0]', ref_date DATE PATH '$[1]',
         users INT UNSIGNED PATH '$[2]', fetched_at DATETIME(3) PATH '$[3]')) v
       JOIN daily_cumulate d ON d.account_id = v.account_id AND d.ref_date = v.ref_date
       WHERE d.state = ${DAY_STATE.absent} OR (d.fetched_at <= v.fetched_at AND d.cumulate_user <> v.users)`,
      [now, answer],
    );
    // Assignments run left to right and see what those before them set: the state comes last, fetched_at before it.
    const wins = `(state = ${DAY_STATE.absent} OR fetched_at <= VALUES(fetched_at))`;
    batch.later(
      `${SQL_INSERT} VALUES ?
       ON DUPLICATE KEY UPDATE
         revision = revision + (${wins} AND NOT (cumulate_user <=> VALUES(cumulate_user))),
         cumulate_user = IF(${wins}, VALUES(cumulate_user), cumulate_user),
         fetched_at = IF(${wins}, VALUES(fetched_at), fetched_at),
         state = VALUES(state)`,
      [values.map(columnsOf)],
    );
  }
}

function columnsOf({ accountId, refDate, cumulateUser, fetchedAt }: DayValue): unknown[] {
  return [accountId, refDate, cumulateUser, DAY_STATE.value, sqlTime(fetchedAt)];
}
