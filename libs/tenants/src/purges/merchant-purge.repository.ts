import { databaseErrorCode, Transactions, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFilter } from '../reach-filter';
import { type Reach } from '../role-policy';
import { type MerchantPurge } from './merchant-purge.entity';
import { type Removed } from './purge-policy';

type Stored = Omit<MerchantPurge, 'leaseOwner' | 'leaseUntil' | 'openFor'>;
export type PurgeRow = Omit<Stored, 'removed'> & { readonly removed: Removed };
export type NewPurge = Pick<
  MerchantPurge,
  'id' | 'providerId' | 'merchantId' | 'requestedBy' | 'requestedAt' | 'dueAt'
>;

/** Whose hands a purge is in. */
export interface Holder {
  readonly id: string;
  readonly owner: string;
}

const COLUMNS = `id, provider_id AS providerId, merchant_id AS merchantId, state, requested_by AS requestedBy,
  requested_at AS requestedAt, due_at AS dueAt, started_at AS startedAt, gone_at AS goneAt, done_at AS doneAt,
  cancelled_by AS cancelledBy, cancelled_at AS cancelledAt, removed`;
const FREE = '(lease_owner IS NULL OR lease_until <= UTC_TIMESTAMP(3))';
const LEASE_END = 'UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND';

/** Purges as rows: what is scheduled, who works on it, and what was removed. */
@Injectable()
export class MerchantPurgeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** False when a purge of the merchant is under way. */
  async insert({ id, providerId, merchantId, requestedBy, requestedAt, dueAt }: NewPurge): Promise<boolean> {
    try {
      await this.transactions.run((manager) =>
        manager.query(
          `INSERT INTO merchant_purge (id, provider_id, merchant_id, open_for, state, requested_by, requested_at, due_at, removed)
           VALUES (?, ?, ?, ?, 'scheduled', ?, ?, ?, '{}')`,
          [id, providerId, merchantId, merchantId, requestedBy, requestedAt, dueAt],
        ),
      );
      return true;
    } catch (error) {
      if (databaseErrorCode(error) !== 'ER_DUP_ENTRY') throw error;
      // A commit of unknown outcome is repeated: the row in the way may be our own.
      return (await this.find(id)) !== null;
    }
  }

  async find(id: string): Promise<PurgeRow | null> {
    return first(await this.dataSource.query<Stored[]>(`SELECT ${COLUMNS} FROM merchant_purge WHERE id = ?`, [id]));
  }

  async findInReach(reach: Reach, id: string): Promise<PurgeRow | null> {
    const { sql, params } = visible(reach);
    return first(
      await this.dataSource.query<Stored[]>(`SELECT ${COLUMNS} FROM merchant_purge WHERE id = ? AND ${sql}`, [
        id,
        ...params,
      ]),
    );
  }

  /** The newest of a merchant. */
  async findOfMerchant(reach: Reach, merchantId: string): Promise<PurgeRow | null> {
    const { sql, params } = visible(reach);
    return first(
      await this.dataSource.query<Stored[]>(
        `SELECT ${COLUMNS} FROM merchant_purge WHERE merchant_id = ? AND ${sql} ORDER BY id DESC LIMIT 1`,
        [merchantId, ...params],
      ),
    );
  }

  /** Is the merchant there, and nothing of it being removed? */
  async isWhole(merchantId: string): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      `SELECT 1 FROM merchant m WHERE m.id = ?
         AND NOT EXISTS (SELECT 1 FROM merchant_purge p WHERE p.open_for = m.id AND p.state = 'running')`,
      [merchantId],
    );
    return rows.length > 0;
  }

  /** Newest first. */
  async listInReach(reach: Reach, before: string | null, count: number): Promise<PurgeRow[]> {
    const { sql, params } = visible(reach);
    const rows = await this.dataSource.query<Stored[]>(
      `SELECT ${COLUMNS} FROM merchant_purge WHERE ${sql} AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?`,
      [...params, before, before, count],
    );
    return rows.map(opened);
  }

  /** False when it is not scheduled any more. */
  async cancel(id: string, by: string, now: Date): Promise<boolean> {
    const { affectedRows } = await this.transactions.run((manager) =>
      manager.query<{ affectedRows: number }>(
        `UPDATE merchant_purge SET state = 'cancelled', open_for = NULL, cancelled_by = ?, cancelled_at = ?
         WHERE id = ? AND state = 'scheduled'`,
        [by, now, id],
      ),
    );
    return affectedRows === 1;
  }

  /** Due ones, and those whose holder is gone, behind an id: one that waits for something must not keep others out. */
  async listOpen(now: Date, after: string, count: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM merchant_purge WHERE state IN ('scheduled', 'running') AND id > ?
         AND ((state = 'scheduled' AND due_at <= ?) OR (state = 'running' AND ${FREE})) ORDER BY id LIMIT ?`,
      [after, now, count],
    );
    return rows.map(({ id }) => id);
  }

  /** Begins the purge, or goes on with it; false when it is somebody else's, or was taken back. */
  async take({ id, owner }: Holder, leaseMs: number, now: Date): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE merchant_purge SET state = 'running', started_at = COALESCE(started_at, ?), lease_owner = ?, lease_until = ${LEASE_END}
       WHERE id = ? AND ((state = 'scheduled' AND due_at <= ?) OR (state = 'running' AND ${FREE}))`,
      [now, owner, leaseMs * 1_000, id, now],
    );
    return affectedRows === 1;
  }

  /** What was removed so far; null when it is not ours any more. Nobody else takes it until the transaction ends. */
  async hold(db: Queries, { id, owner }: Holder): Promise<Removed | null> {
    const [row] = await db.query<{ removed: string }[]>(
      `SELECT removed FROM merchant_purge WHERE id = ? AND lease_owner = ? AND state = 'running' FOR UPDATE`,
      [id, owner],
    );
    return row ? (JSON.parse(row.removed) as Removed) : null;
  }

  async note(db: Queries, { id }: Holder, removed: Removed, leaseMs: number): Promise<void> {
    await db.query(`UPDATE merchant_purge SET removed = ?, lease_until = ${LEASE_END} WHERE id = ?`, [
      ...[JSON.stringify(removed), leaseMs * 1_000, id],
    ]);
  }

  /** The merchant's own row; false when somebody joined meanwhile. Throws ER_ROW_IS_REFERENCED_2 while it has accounts. */
  async bury(db: Queries, { id }: Holder, merchantId: string, now: Date): Promise<boolean> {
    // Whoever joins now waits, and finds no merchant.
    await db.query('SELECT id FROM merchant WHERE id = ? FOR UPDATE', [merchantId]);
    const joined = await db.query<object[]>('SELECT 1 FROM membership WHERE merchant_id = ? LIMIT 1', [merchantId]);
    if (joined.length > 0) return false;
    await db.query('DELETE FROM merchant WHERE id = ?', [merchantId]);
    await db.query('UPDATE merchant_purge SET gone_at = ? WHERE id = ?', [now, id]);
    return true;
  }

  async finish(db: Queries, { id }: Holder, now: Date): Promise<void> {
    await db.query('DELETE FROM merchant_purge_subject WHERE purge_id = ?', [id]);
    await db.query(
      `UPDATE merchant_purge SET state = 'done', open_for = NULL, done_at = ?, lease_owner = NULL, lease_until = NULL WHERE id = ?`,
      [now, id],
    );
  }

  async release({ id, owner }: Holder): Promise<void> {
    await this.dataSource.query(
      'UPDATE merchant_purge SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?',
      [id, owner],
    );
  }
}

/** Also when the merchant is gone: its provider's receipts. */
function visible(reach: Reach): { sql: string; params: readonly unknown[] } {
  return reachFilter(reach, { provider: 'provider_id', merchant: 'merchant_id' });
}

function first(rows: readonly Stored[]): PurgeRow | null {
  return rows[0] ? opened(rows[0]) : null;
}

function opened(row: Stored): PurgeRow {
  return { ...row, removed: JSON.parse(row.removed) as Removed };
}
