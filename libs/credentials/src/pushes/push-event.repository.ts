import { Injectable } from '@nestjs/common';
import { Secret, SecretBox } from '@app/kernel';
import { databaseErrorCode } from '@app/platform';
import { DataSource, type EntityManager } from 'typeorm';
import { MERCHANT_LEFT } from '../departures/departure.errors';
import { digest } from '../digest';
import { pushEventColumn } from '../sealed-columns';

export interface NewPush {
  readonly platformId: string;
  readonly xml: string;
  readonly infoType: string;
  /** The account it is about. */
  readonly subjectAppid?: string | null;
  readonly createTime: Date;
  readonly receivedAt: Date;
  /** Set when there is nothing more to do. */
  readonly outcome: string | null;
}

export interface StoredPush {
  readonly id: number;
  readonly platformId: string;
  readonly componentAppid: string;
  readonly receivedAt: Date;
  readonly attempts: number;
  readonly keyId: string;
  readonly sealed: Buffer;
}

export type DuePush = Pick<StoredPush, 'id' | 'receivedAt' | 'attempts'>;

/** A new push has a job of its own; one that Redis did not take, or lost, is found by a sweep after this. */
const SWEEP_AFTER_MS = 5_000;

/** Pushes as they came, sealed: they hold tickets and codes. */
@Injectable()
export class PushEventRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  /** Null when the same message is stored already. */
  async insert(manager: EntityManager, push: NewPush): Promise<number | null> {
    const sealed = this.box.seal(new Secret(push.xml), context(push.platformId));
    try {
      const { insertId } = await manager.query<{ insertId: number }>(
        `INSERT INTO push_event (platform_id, body_hash, info_type, subject_appid, create_time, received_at, try_at, done_at, outcome, key_id,
           sealed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          push.platformId,
          digest(push.xml),
          push.infoType.slice(0, 64),
          push.subjectAppid ?? null,
          push.createTime,
          push.receivedAt,
          new Date(push.receivedAt.getTime() + SWEEP_AFTER_MS),
          push.outcome === null ? null : push.receivedAt,
          push.outcome,
          sealed.keyId,
          sealed.bytes,
        ],
      );
      return insertId;
    } catch (error) {
      if (databaseErrorCode(error) === 'ER_DUP_ENTRY') return null;
      throw error;
    }
  }

  /**
   * Begins a try: until `holdUntil`, or what `postpone` says, nobody begins the next. Null when the push is done, somebody
   * else's, or not due. The first try waits for nothing.
   */
  async claim(id: number, now: Date, holdUntil: Date): Promise<StoredPush | null> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE push_event SET attempts = attempts + 1, try_at = ?
       WHERE id = ? AND done_at IS NULL AND (attempts = 0 OR try_at IS NULL OR try_at <= ?)`,
      [holdUntil, id, now],
    );
    return affectedRows === 1 ? this.find(id) : null;
  }

  /** Throws `key_missing`, `sealed_value_invalid`. */
  open({ platformId, keyId, sealed }: StoredPush): Secret {
    return this.box.open({ keyId, bytes: sealed }, context(platformId));
  }

  async find(id: number): Promise<StoredPush | null> {
    const [row] = await this.dataSource.query<StoredPush[]>(
      `SELECT e.id, e.platform_id AS platformId, p.appid AS componentAppid, e.received_at AS receivedAt, e.attempts,
         e.key_id AS keyId, e.sealed
       FROM push_event e JOIN platform p ON p.id = e.platform_id WHERE e.id = ?`,
      [id],
    );
    return row ?? null;
  }

  async postpone(id: number, tryAt: Date): Promise<void> {
    await this.dataSource.query('UPDATE push_event SET try_at = ? WHERE id = ? AND done_at IS NULL', [tryAt, id]);
  }

  /** Of an account whose merchant left the row keeps no name: it stays to know the push again. */
  async finish(id: number, outcome: string, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE push_event SET done_at = ?, outcome = ?, subject_appid = IF(? = '${MERCHANT_LEFT}', NULL, subject_appid)
       WHERE id = ? AND done_at IS NULL`,
      [now, outcome, outcome, id],
    );
  }

  async finishMany(ids: readonly number[], outcome: string, now: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.dataSource.query('UPDATE push_event SET done_at = ?, outcome = ? WHERE id IN (?) AND done_at IS NULL', [
      now,
      outcome,
      ids,
    ]);
  }

  /** Pushes not worked off that may be tried, the longest due first. */
  async listDue(now: Date, count: number): Promise<DuePush[]> {
    return this.dataSource.query<DuePush[]>(
      `SELECT id, received_at AS receivedAt, attempts FROM push_event
       WHERE done_at IS NULL AND (try_at IS NULL OR try_at <= ?) ORDER BY try_at, id LIMIT ?`,
      [now, count],
    );
  }

  /** Deletes worked-off pushes of before `before`; how many. */
  async prune(before: Date, count: number): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'DELETE FROM push_event WHERE done_at IS NOT NULL AND done_at < ? ORDER BY done_at, try_at, id LIMIT ?',
      [before, count],
    );
    return affectedRows;
  }
}

function context(platformId: string): string[] {
  return pushEventColumn.context({ platform_id: platformId });
}
