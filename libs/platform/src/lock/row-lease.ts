import { randomUUID } from 'node:crypto';
import { type DataSource } from 'typeorm';

/** A row that only its holder may work on until the lease ends. Ends are real time by the database's clock, the same for all processes. */
export interface Lease extends AsyncDisposable {
  readonly owner: string;
  /** Real-time instant (ms since the epoch, this process) before which a call made under this lease must be over. */
  readonly endsAt: number;
}

/** Which row: `table` must have the columns id, lease_owner, lease_until. Names come from code, never from input. */
interface LeasedRow {
  readonly table: string;
  readonly id: number;
}

/** Takes the lease when it is free or over; null when somebody holds it. Disposing releases it, if it is still ours. */
export async function acquireLease(dataSource: DataSource, row: LeasedRow, ms: number): Promise<Lease | null> {
  const owner = randomUUID();
  const askedAt = Date.now();
  const result = await dataSource.query<{ affectedRows: number }>(
    `UPDATE \`${row.table}\` SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id = ? AND (lease_owner IS NULL OR lease_until <= UTC_TIMESTAMP(3))`,
    [owner, ms * 1_000, row.id],
  );
  if (result.affectedRows !== 1) return null;
  return {
    owner,
    endsAt: askedAt + ms,
    async [Symbol.asyncDispose]() {
      await dataSource.query(
        `UPDATE \`${row.table}\` SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?`,
        [row.id, owner],
      );
    },
  };
}
