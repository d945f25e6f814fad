import { Injectable } from '@nestjs/common';
import { Secret, SecretBox } from '@app/kernel';
import { databaseErrorCode } from '@app/platform';
import { DataSource, type EntityManager } from 'typeorm';
import { digest } from '../digest';
import { pushEventColumn } from '../sealed-columns';
import { type PushEvent } from './push-event.entity';

export interface NewPush {
  readonly platformId: string;
  readonly xml: string;
  readonly infoType: string;
  readonly createTime: Date;
  readonly receivedAt: Date;
  /** Set when there is nothing more to do. */
  readonly outcome: string | null;
}

export interface StoredPush {
  readonly id: number;
  readonly platformId: string;
  readonly componentAppid: string;
  readonly doneAt: Date | null;
  readonly xml: Secret;
}

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
        `INSERT INTO push_event (platform_id, body_hash, info_type, create_time, received_at, done_at, outcome, key_id, sealed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          push.platformId,
          digest(push.xml),
          push.infoType.slice(0, 64),
          push.createTime,
          push.receivedAt,
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

  async find(id: number): Promise<StoredPush | null> {
    const [row] = await this.dataSource.query<
      (Pick<PushEvent, 'id' | 'platformId' | 'doneAt' | 'keyId' | 'sealed'> & { componentAppid: string })[]
    >(
      `SELECT e.id, e.platform_id AS platformId, p.appid AS componentAppid, e.done_at AS doneAt, e.key_id AS keyId, e.sealed
       FROM push_event e JOIN platform p ON p.id = e.platform_id WHERE e.id = ?`,
      [id],
    );
    if (!row) return null;
    const { keyId, sealed, ...rest } = row;
    return { ...rest, xml: this.box.open({ keyId, bytes: sealed }, context(row.platformId)) };
  }

  async finish(id: number, outcome: string, now: Date): Promise<void> {
    await this.dataSource.query('UPDATE push_event SET done_at = ?, outcome = ? WHERE id = ? AND done_at IS NULL', [
      now,
      outcome,
      id,
    ]);
  }

  /** Ids of pushes received in the span and not worked off, the oldest first. */
  async listOpen(from: Date, to: Date, count: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT id FROM push_event WHERE done_at IS NULL AND received_at > ? AND received_at <= ? ORDER BY id LIMIT ?`,
      [from, to, count],
    );
    return rows.map(({ id }) => id);
  }

  /** Deletes worked-off pushes of before `before`; how many. */
  async prune(before: Date, count: number): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'DELETE FROM push_event WHERE done_at IS NOT NULL AND done_at < ? ORDER BY done_at, id LIMIT ?',
      [before, count],
    );
    return affectedRows;
  }
}

function context(platformId: string): string[] {
  return pushEventColumn.context({ platform_id: platformId });
}
