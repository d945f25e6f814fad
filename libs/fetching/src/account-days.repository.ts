import { addDays, type ShanghaiDate } from '@app/kernel';
import { DATACUBE } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type AccountDays, type CompleteFrom, type DataFrom } from './account-days-policy';
import { DAY_STATE } from './daily-cumulate.entity';

/** What account rows say of days: the first one with data, up to where they are complete, when older ones are probed. */
@Injectable()
export class AccountDaysRepository {
  /** Holds the accounts' rows until the transaction ends: whoever writes facts of an account waits here. */
  async lock(manager: EntityManager, accountIds: readonly number[]): Promise<Map<number, AccountDays>> {
    if (accountIds.length === 0) return new Map();
    const rows = await manager.query<({ id: number } & AccountDays)[]>(
      `SELECT id, data_from AS dataFrom, complete_to AS completeTo FROM account WHERE id IN (?) ORDER BY id FOR UPDATE`,
      [[...new Set(accountIds)].sort((a, b) => a - b)],
    );
    return new Map(rows.map(({ id, ...days }) => [id, days]));
  }

  /** The account's first day with a value; null without one. */
  async firstValue(manager: EntityManager, accountId: number): Promise<ShanghaiDate | null> {
    const [row] = await manager.query<{ first: ShanghaiDate }[]>(
      `SELECT ref_date AS first FROM daily_cumulate WHERE account_id = ? AND state = ${DAY_STATE.value}
       ORDER BY ref_date LIMIT 1`,
      [accountId],
    );
    return row?.first ?? null;
  }

  /** The account's absent days of a range, the last one not included. */
  async absentDays(manager: EntityManager, accountId: number, from: string, to: string): Promise<Set<string>> {
    const rows = await manager.query<{ day: string }[]>(
      `SELECT ref_date AS day FROM daily_cumulate
       WHERE account_id = ? AND ref_date >= ? AND ref_date < ? AND state = ${DAY_STATE.absent}`,
      [accountId, from, to],
    );
    return new Set(rows.map(({ day }) => day));
  }

  /** Days before an account's first one are as if nobody had asked: they have no rows, and none that was missed. */
  async beginAt(manager: EntityManager, firsts: readonly DataFrom[], probeAt: Date): Promise<void> {
    for (const { accountId, dataFrom } of firsts) {
      await manager.query('UPDATE account SET data_from = ?, probe_at = ? WHERE id = ?', [
        dataFrom,
        probeAt,
        accountId,
      ]);
      await manager.query('DELETE FROM day_miss WHERE account_id = ? AND ref_date < ?', [accountId, dataFrom]);
      await manager.query(
        `DELETE FROM daily_cumulate WHERE account_id = ? AND ref_date < ? AND state = ${DAY_STATE.absent}`,
        [accountId, dataFrom],
      );
    }
  }

  /** A probe that is over was the only one, unless what it found asks for the next. */
  async endProbes(manager: EntityManager, accountIds: readonly number[], now: Date): Promise<void> {
    if (accountIds.length === 0) return;
    await manager.query('UPDATE account SET probe_at = NULL WHERE id IN (?) AND probe_at <= ?', [accountIds, now]);
  }

  /** Moves `complete_to` along the rows that follow without a gap. */
  async complete(manager: EntityManager, accounts: readonly CompleteFrom[]): Promise<void> {
    if (accounts.length === 0) return;
    // Of rows numbered from the base on, the n-th lies n days behind it until the first gap.
    const one = `SELECT ? AS id, CAST(? AS DATE) AS otherwise, (SELECT MAX(x.ref_date) FROM (
        SELECT ref_date, ROW_NUMBER() OVER (ORDER BY ref_date) AS n FROM daily_cumulate
        WHERE account_id = ? AND ref_date > ?) x WHERE DATEDIFF(x.ref_date, ?) = x.n) AS found`;
    await manager.query(
      `UPDATE account a JOIN (${accounts.map(() => one).join(' UNION ALL ')}) c ON c.id = a.id
       SET a.complete_to = COALESCE(c.found, c.otherwise)`,
      accounts.flatMap(({ accountId, base, otherwise }) => [accountId, otherwise, accountId, base, base]),
    );
  }

  /** `complete_to` from the facts alone. */
  async rebuild(manager: EntityManager, accountIds: readonly number[]): Promise<void> {
    const accounts = [...(await this.lock(manager, accountIds))];
    await this.complete(
      manager,
      accounts.map(([accountId, { dataFrom }]) => ({
        accountId,
        base: addDays(dataFrom ?? DATACUBE.firstDay, -1),
        otherwise: null,
      })),
    );
  }
}
