import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { attemptVerdict, counted, type AttemptVerdict, type Bucket, type Counter } from './attempt-policy';

type CounterRow = Counter & { readonly bucket: Buffer };

const ROWS = `SELECT bucket, forget_at AS forgetAt, blocked_until AS blockedUntil FROM attempt_counter
  WHERE bucket IN (?) ORDER BY bucket`;

/** Counts attempts in rows: the same for all processes, and whether or not Redis is there. */
@Injectable()
export class AttemptCounterRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Counts a try in all buckets, or in none when one of them is shut. It counts before it is known how the try ends. */
  async take(buckets: readonly Bucket[], now: Date): Promise<AttemptVerdict> {
    // A flood of refused tries locks and writes nothing.
    const seen = attemptVerdict(await this.dataSource.query<CounterRow[]>(ROWS, [keysOf(buckets)]), now);
    if (!seen.open) return seen;
    return this.transactions.run(async (manager) => {
      await this.makeMissing(manager, buckets, now);
      const rows = await manager.query<CounterRow[]>(`${ROWS} FOR UPDATE`, [keysOf(buckets)]);
      const verdict = attemptVerdict(rows, now);
      if (!verdict.open) return verdict;
      for (const { bucket, ...counter } of rows) {
        const rule = buckets.find(({ key }) => key.equals(bucket))?.rule;
        if (!rule) continue;
        const { forgetAt, blockedUntil } = counted(counter, rule, now);
        await manager.query('UPDATE attempt_counter SET forget_at = ?, blocked_until = ? WHERE bucket = ?', [
          ...[forgetAt, blockedUntil, bucket],
        ]);
      }
      return verdict;
    });
  }

  /** After a try that was right. */
  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    const own = keysOf(buckets.filter(({ isOwn }) => isOwn));
    if (own.length > 0) await this.dataSource.query('DELETE FROM attempt_counter WHERE bucket IN (?)', [own]);
    for (const { key, rule } of buckets.filter(({ isOwn }) => !isOwn))
      await this.dataSource.query(
        'UPDATE attempt_counter SET forget_at = DATE_SUB(forget_at, INTERVAL ? SECOND) WHERE bucket = ?',
        [rule.drainMs / 1_000, key],
      );
  }

  async prune(now: Date, count: number): Promise<void> {
    await this.dataSource.query(
      'DELETE FROM attempt_counter WHERE forget_at <= ? AND blocked_until <= ? ORDER BY forget_at LIMIT ?',
      [now, now, count],
    );
  }

  // In the order of the keys, as every transaction takes them.
  private async makeMissing(manager: EntityManager, buckets: readonly Bucket[], now: Date): Promise<void> {
    await manager.query(
      `INSERT INTO attempt_counter (bucket, forget_at, blocked_until) VALUES ?
       ON DUPLICATE KEY UPDATE bucket = attempt_counter.bucket`,
      [keysOf(buckets).map((key) => [key, now, now])],
    );
  }
}

function keysOf(buckets: readonly Bucket[]): Buffer[] {
  return buckets.map(({ key }) => key).sort((a, b) => a.compare(b));
}
