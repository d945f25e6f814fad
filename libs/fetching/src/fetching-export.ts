import { accountsOf } from '@app/credentials';
import { AbortableQueries } from '@app/platform';
import { pages, type ExportedFile, type Merchant, type MerchantExport } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DAY_STATE } from './daily-cumulate.entity';

/** Days before an account's first one, and unknown ones, have no row. */
const STATE = `IF(state = ${DAY_STATE.absent}, 'absent', 'value')`;

/**
 * What was fetched for a merchant. Each account's days are one file, read in one statement: they are of one moment. Corrections are
 * read after all days, so that one made meanwhile is there with the number of before and after.
 */
@Injectable()
export class FetchingExport implements MerchantExport {
  constructor(private readonly queries: AbortableQueries) {}

  async *files({ id }: Merchant, signal: AbortSignal): AsyncGenerator<ExportedFile> {
    for await (const one of accountsOf(this.queries, id, signal))
      yield { name: `days/${one.account}`, rows: this.days(one.id, signal) };
    yield { name: 'revisions', rows: this.ofAccounts(id, signal, REVISIONS) };
    yield { name: 'fetches', rows: this.fetches(id, signal) };
    yield { name: 'tasks', rows: this.ofAccounts(id, signal, TASKS) };
  }

  /** At most some thousands: WeChat has none from before 2014-12-01. */
  private async *days(accountId: number, signal: AbortSignal): AsyncGenerator<object> {
    yield* await this.queries.query<object[]>(
      signal,
      `SELECT ref_date AS refDate, cumulate_user AS cumulateUser, ${STATE} AS state, fetched_at AS fetchedAt, revision
       FROM daily_cumulate WHERE account_id = ? ORDER BY ref_date`,
      [accountId],
    );
  }

  private fetches(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    return pages('', (after, count) =>
      this.queries.query<{ k: string }[]>(
        signal,
        `SELECT id AS k, id, kind, from_date AS \`from\`, to_date AS \`to\`, refetch, created_at AS createdAt,
           cancelled_at AS cancelledAt, over_at AS overAt
         FROM \`fetch\` WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [merchantId, after, count],
      ),
    );
  }

  private async *ofAccounts(merchantId: string, signal: AbortSignal, sql: string): AsyncGenerator<object> {
    for await (const { id, account } of accountsOf(this.queries, merchantId, signal))
      yield* pages(0, (after, count) => this.queries.query<{ k: number }[]>(signal, sql, [account, id, after, count]));
  }
}

const REVISIONS = `SELECT id AS k, ? AS account, ref_date AS refDate, revision, old_user AS oldUser, new_user AS newUser,
    old_fetched_at AS oldFetchedAt, changed_at AS changedAt, reason
  FROM cumulate_revision WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?`;
/** Also its part of fetches for many merchants. */
const TASKS = `SELECT id AS k, ? AS account, fetch_id AS \`fetch\`, from_date AS \`from\`, to_date AS \`to\`, state, reason AS because, calls,
    last_errcode AS errcode, last_rid AS rid, created_at AS createdAt, ended_at AS endedAt
  FROM fetch_task WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?`;
