import { defineSealedColumn, Secret, SecretBox, type SealedColumn } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Queries } from '../database/queries';
import { databaseErrorCode } from '../database/transactions';

/** Answers show keys and links that are told once, and requests hold passwords: neither stands here in the open. */
export const idempotencyColumn = defineSealedColumn({
  table: 'idempotency_key',
  primaryKey: ['id'],
  keyIdColumn: 'key_id',
  sealedColumn: 'sealed',
  boundTo: ['id'],
});
export const idempotencySealedColumns: readonly SealedColumn[] = [idempotencyColumn];

/** One attempt at the work of one key. */
export interface Attempt {
  readonly id: string;
  readonly owner: string;
}

export interface NewKey extends Attempt {
  readonly callerId: string;
  readonly route: string;
  readonly content: Secret;
  readonly expiresAt: Date;
}

/** A key as it stands; `content` is opened. */
export interface StoredKey {
  readonly leaseOwner: string;
  readonly isLeased: boolean;
  readonly workedAt: Date | null;
  readonly answeredAt: Date | null;
  readonly expiresAt: Date;
  readonly content: Secret;
}

type Row = Omit<StoredKey, 'isLeased' | 'content'> & { isLeased: number; keyId: string; sealed: Buffer };
interface Written {
  readonly affectedRows: number;
}

const LEASE_END = 'UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND';
const MINE = 'id = ? AND lease_owner = ?';

/** The primary key decides which of many equal requests, at whatever gateway, does the work. */
@Injectable()
export class IdempotencyRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  async find(id: string): Promise<StoredKey | null> {
    const [row] = await this.dataSource.query<Row[]>(
      `SELECT lease_owner AS leaseOwner, lease_until > UTC_TIMESTAMP(3) AS isLeased, worked_at AS workedAt,
         answered_at AS answeredAt, expires_at AS expiresAt, key_id AS keyId, sealed FROM idempotency_key WHERE id = ?`,
      [id],
    );
    if (!row) return null;
    const { keyId, sealed, isLeased, ...rest } = row;
    const content = this.box.open({ keyId, bytes: sealed }, idempotencyColumn.context({ id }));
    return { ...rest, isLeased: isLeased === 1, content };
  }

  /** False when the key is there. */
  async insert({ id, owner, callerId, route, content, expiresAt }: NewKey, leaseMs: number): Promise<boolean> {
    const { keyId, bytes } = this.box.seal(content, idempotencyColumn.context({ id }));
    try {
      await this.dataSource.query(
        `INSERT INTO idempotency_key (id, caller_id, route, key_id, sealed, lease_owner, lease_until, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ${LEASE_END}, ?)`,
        [id, callerId, route, keyId, bytes, owner, leaseMs * 1_000, expiresAt],
      );
      return true;
    } catch (error) {
      if (databaseErrorCode(error) === 'ER_DUP_ENTRY') return false;
      throw error;
    }
  }

  /** Of several who want what a dead attempt left, one gets it. */
  async takeOver({ id, owner }: Attempt, from: string, leaseMs: number): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<Written>(
      `UPDATE idempotency_key SET lease_owner = ?, lease_until = ${LEASE_END}
       WHERE ${MINE} AND lease_until <= UTC_TIMESTAMP(3) AND worked_at IS NULL AND answered_at IS NULL`,
      [owner, leaseMs * 1_000, id, from],
    );
    return affectedRows === 1;
  }

  async renew({ id, owner }: Attempt, leaseMs: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency_key SET lease_until = ${LEASE_END} WHERE ${MINE} AND answered_at IS NULL`,
      [leaseMs * 1_000, id, owner],
    );
  }

  /** In a transaction of the work: false when another attempt has the key now. */
  async markWorked(db: Queries, { id, owner }: Attempt, now: Date): Promise<boolean> {
    const { affectedRows } = await db.query<Written>(`UPDATE idempotency_key SET worked_at = ? WHERE ${MINE}`, [
      ...[now, id, owner],
    ]);
    return affectedRows === 1;
  }

  async keep({ id, owner }: Attempt, content: Secret, now: Date): Promise<void> {
    const { keyId, bytes } = this.box.seal(content, idempotencyColumn.context({ id }));
    await this.dataSource.query(
      `UPDATE idempotency_key SET key_id = ?, sealed = ?, answered_at = ?, lease_until = UTC_TIMESTAMP(3) WHERE ${MINE}`,
      [keyId, bytes, now, id, owner],
    );
  }

  async forget({ id, owner }: Attempt): Promise<void> {
    await this.dataSource.query(`DELETE FROM idempotency_key WHERE ${MINE}`, [id, owner]);
  }

  /** Leaves the key, for good to know, where its work was done. */
  async forgetUnlessWorked({ id, owner }: Attempt): Promise<void> {
    await this.dataSource.query(`DELETE FROM idempotency_key WHERE ${MINE} AND worked_at IS NULL`, [id, owner]);
    await this.dataSource.query(`UPDATE idempotency_key SET lease_until = UTC_TIMESTAMP(3) WHERE ${MINE}`, [id, owner]);
  }

  /** Removes the key if its time is over. */
  async expire(id: string, now: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM idempotency_key WHERE id = ? AND expires_at <= ?', [id, now]);
  }

  /** Removes at most `limit` keys whose time is over; how many. */
  async prune(now: Date, limit: number): Promise<number> {
    const { affectedRows } = await this.dataSource.query<Written>(
      'DELETE FROM idempotency_key WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
      [now, limit],
    );
    return affectedRows;
  }
}
