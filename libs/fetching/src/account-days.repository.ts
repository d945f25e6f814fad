import { addDays, type ShanghaiDate } from '@app/kernel';
import { type Batch } from '@app/platform';
import { DATACUBE } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { type AccountDays, type CompleteFrom, type DataFrom } from './account-days-policy';
import { DAY_STATE } from './daily-cumulate.entity';

/** What account rows say of days: the first one with data, up to where they are complete, when older ones are probed. */
@Injectable()
export class AccountDaysRepository {
  /** Holds the accounts' rows until the transaction ends: whoever writes facts of an account waits here. */
  async lock(batch: Batch, accountIds: readonly number[]): Promise<Map<number, AccountDays>> {
    if (accountIds.length === 0) return new Map();
    const rows = await batch.query<({ id: number } & AccountDays)[]>(
      `SELECT id, data_from AS dataFrom, complete_to AS completeTo FROM account WHERE id IN (?) ORDER BY id FOR UPDATE`,
      [[...new Set(accountIds)].sort((a, b) => a - b)],
    );
    return new Map(rows.map(({ id, ...days }) => [id, days]));
  }

  /** The account's first day with a value; null without one. */
  async firstValue(batch: Batch, accountId: number): Promise<ShanghaiDate | null> {
    const [row] = await batch.query<{ first: ShanghaiDate }[]>(
      `SELECT ref_date AS first FROM daily_cumulate WHERE account_id = ? AND state = ${DAY_STATE.value}
       ORDER BY ref_date LIMIT 1`,
      [accountId],
    );
    return row?.first ?? null;
  }

  /** The account's absent days of a range, the last one not included. */
  async absentDays(batch: Batch, accountId: number, from: string, to: string): Promise<Set<string>> {
    const rows = await batch.query<{ day: string }[]>(
      `SELECT ref_date AS day FROM daily_cumulate
       WHERE account_id = ? AND ref_date >= ? AND ref_date < ? AND state = ${DAY_STATE.absent}`,
      [accountId, from, to],
    );
    return new Set(rows.map(({ day }) => day));
  }

  /** Days before an account's first one are as if nobody had asked: they have no rows, and none that was missed. */
  beginAt(batch: Batch, firsts: readonly DataFrom[], probeAt: Date): void {
    for (const { accountId, dataFrom } of firsts) {
      batch.later('UPDATE account SET data_from = ?, probe_at = ? WHERE id = ?', [dataFrom, probeAt, accountId]);
      batch.later('DELETE FROM day_miss WHERE account_id = ? AND ref_date < ?', [accountId, dataFrom]);
      batch.later(`DELETE FROM daily_cumulate WHERE account_id = ? AND ref_date < ? AND state = ${DAY_STATE.absent}`, [
        accountId,
        dataFrom,
      ]);
    }
  }

  /** A probe that is over was the only one, unless what it found asks for the next. */
  endProbes(batch: Batch, accountIds: readonly number[], now: Date): void {
    if (accountIds.length === 0) return;
    batch.later('UPDATE account SET probe_at = NULL WHERE id IN (?) AND probe_at <= ?', [accountIds, now]);
  }

  /** Moves `complete_to` along the rows that follow without a gap. */
  complete(batch: Batch, accounts: readonly CompleteFrom[]): void {
    if (accounts.length === 0) return;
    // Of rows numbered from the base on, the n-th lies n days behind it until the first gap.
    const one = `SELECT ? AS id, CAST(? AS DATE) AS otherwise, (SELECT MAX(x.ref_date) FROM (
        SELECT ref_date, ROW_NUMBER() OVER (ORDER BY ref_date) AS n FROM daily_cumulate
        WHERE account_id = ? AND ref_date > ?) x WHERE DATEDIFF(x.ref_date, ?) = x.n) AS found`;
    batch.later(
      `UPDATE account a JOIN (${accounts.map(() => one).join(' UNION ALL ')}) c ON c.id = a.id
       SET a.complete_to = COALESCE(c.found, c.otherwise)`,
      accounts.flatMap(({ accountId, base, otherwise }) => [accountId, otherwise, accountId, base, base]),
    );
  }

  /** `complete_to` from the facts alone. */
  async rebuild(batch: Batch, accountIds: readonly number[]): Promise<void> {
    const accounts = [...(await this.lock(batch, accountIds))];
    this.complete(
      batch,
      accounts.map(([accountId, { dataFrom }]) => ({
        accountId,
        base: addDays(dataFrom ?? DATACUBE.firstDay, -1),
        otherwise: null,
      })),
    );
  }
}
