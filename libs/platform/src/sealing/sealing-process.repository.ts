import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Peer } from './key-ring-policy';
import { type SealingProcess } from './sealing-process.entity';

/** A process that did not say for so long that it runs has ended. Several beats, so that a slow database is no end. */
export const SILENCE_S = 30;
const FORGOTTEN_AFTER_S = 3_600;

type Row = Pick<SealingProcess, 'program' | 'host' | 'pid' | 'sealingKeyId' | 'keyIds'>;

/** Who runs with which keys, by the database's clock: it is the same for all processes. */
@Injectable()
export class SealingProcessRepository {
  constructor(private readonly dataSource: DataSource) {}

  async add(manager: EntityManager, id: string, { program, host, pid, sealingKeyId, ids }: Peer): Promise<void> {
    await manager.query(
      `INSERT INTO sealing_process (id, program, host, pid, sealing_key_id, key_ids, started_at, seen_at)
       VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)`,
      [id, program, host.slice(0, 255), pid, sealingKeyId, ids.join()],
    );
  }

  /** False when the row is gone. */
  async beat(id: string): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE sealing_process SET seen_at = UTC_TIMESTAMP(3) WHERE id = ?',
      [id],
    );
    return affectedRows === 1;
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM sealing_process WHERE id = ?', [id]);
  }

  /** Those that run now, without the one of this id. */
  async listOthers(id: string, manager: EntityManager = this.dataSource.manager): Promise<Peer[]> {
    const rows = await manager.query<Row[]>(
      `SELECT program, host, pid, sealing_key_id AS sealingKeyId, key_ids AS keyIds FROM sealing_process
       WHERE id <> ? AND seen_at > UTC_TIMESTAMP(3) - INTERVAL ${SILENCE_S} SECOND ORDER BY program, started_at, id`,
      [id],
    );
    return rows.map(({ keyIds, ...row }) => ({ ...row, ids: keyIds.split(',') }));
  }

  async forgetEnded(): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM sealing_process WHERE seen_at < UTC_TIMESTAMP(3) - INTERVAL ${FORGOTTEN_AFTER_S} SECOND`,
    );
  }
}
