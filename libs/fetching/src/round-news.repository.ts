import { Outbox, type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type Round } from './round';
import { sqlTime } from './sql-time';

/** A backfill stores a week of an account many times a minute: that is told once. */
const GATHER_MS = 30_000;
const ACCOUNT = `'account', a.public_id, 'appid', a.appid, 'platform', a.platform_id, 'merchant', a.merchant_id`;
const WHOSE = 'p.provider_id, a.merchant_id, a.public_id AS subject';

/** What a round is to others. */
export interface RoundNews {
  readonly days: boolean;
  readonly failures: boolean;
}

/** Tells others of a round, in the transaction that stores it: a statement each, and none where nobody wants to hear. */
@Injectable()
export class RoundNewsRepository {
  constructor(private readonly outbox: Outbox) {}

  /** Of what somebody wants to hear. */
  async wanted(): Promise<RoundNews> {
    return { days: await this.outbox.isWanted('days.stored'), failures: await this.outbox.isWanted('task.failed') };
  }

  /** Comes behind all that the round writes. */
  tell(batch: Batch, round: Round, { days, failures }: RoundNews, now: Date): void {
    if (days && round.values.length > 0) this.tellDays(batch, round, now);
    const failed = round.updates.filter(({ state }) => state === 'failed').map(({ id, version }) => [id, version + 1]);
    if (failures && failed.length > 0) this.tellFailures(batch, failed, now);
  }

  /** Days that had no number before, and those whose number is another one now. */
  private tellDays(batch: Batch, { values }: Round, now: Date): void {
    const stored = values.filter(({ isNew }) => isNew).map(({ accountId, refDate }) => [accountId, refDate]);
    const accounts = [...new Set(values.map(({ accountId }) => accountId))];
    this.outbox.later(batch, {
      topic: 'days.stored',
      select: `SELECT ${WHOSE}, JSON_OBJECT(${ACCOUNT}, 'from', CAST(MIN(d.day) AS CHAR(10)), 'to', CAST(MAX(d.day) AS CHAR(10)),
           'days', COUNT(*), 'corrected', CAST(SUM(d.corrected) AS SIGNED)) AS payload
         FROM (SELECT account_id, day, 0 AS corrected FROM JSON_TABLE(?, '$[*]' COLUMNS (account_id INT UNSIGNED PATH '$[0]',
             day DATE PATH '$[1]')) fresh
           UNION ALL SELECT account_id, ref_date, reason = 'corrected' FROM cumulate_revision
             WHERE account_id IN (?) AND changed_at = ?) d
         JOIN account a ON a.id = d.account_id JOIN platform p ON p.id = a.platform_id GROUP BY a.id, p.provider_id`,
      params: [JSON.stringify(stored), accounts, sqlTime(now)],
      at: now,
      gatherMs: GATHER_MS,
    });
  }

  /** @param failed ids and versions they have now, unless somebody else holds them */
  private tellFailures(batch: Batch, failed: readonly number[][], now: Date): void {
    this.outbox.later(batch, {
      topic: 'task.failed',
      select: `SELECT ${WHOSE}, JSON_OBJECT(${ACCOUNT}, 'fetch', t.fetch_id, 'from', CAST(t.from_date AS CHAR(10)),
           'to', CAST(t.to_date AS CHAR(10)), 'because', t.reason, 'errcode', t.last_errcode, 'rid', t.last_rid) AS payload
         FROM fetch_task t JOIN account a ON a.id = t.account_id JOIN platform p ON p.id = a.platform_id
         WHERE (t.id, t.version) IN (?) AND t.state = 'failed'`,
      params: [failed],
      at: now,
    });
  }
}
