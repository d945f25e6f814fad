import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type SealingKey } from './sealing-key.entity';

export type KeyRow = Pick<SealingKey, 'id' | 'checkValue' | 'retiredAt'>;

const COLUMNS = 'id, check_value AS checkValue, retired_at AS retiredAt';

@Injectable()
export class SealingKeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(): Promise<KeyRow[]> {
    return this.dataSource.query<KeyRow[]>(`SELECT ${COLUMNS} FROM sealing_key ORDER BY created_at, id`);
  }

  /** Does nothing when the id is known: what stands there counts. */
  async add(id: string, checkValue: Buffer): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO sealing_key (id, check_value, created_at) VALUES (?, ?, UTC_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE id = VALUES(id)`,
      [id, checkValue],
    );
  }

  /** Says that a process begins to seal with it, and holds the row until the transaction ends; false when it is retired. */
  async claim(manager: EntityManager, id: string): Promise<boolean> {
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      'UPDATE sealing_key SET used_at = UTC_TIMESTAMP(3) WHERE id = ? AND retired_at IS NULL',
      [id],
    );
    return affectedRows === 1;
  }

  async isRetired(id: string): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      'SELECT 1 FROM sealing_key WHERE id = ? AND retired_at IS NOT NULL',
      [id],
    );
    return rows.length > 0;
  }

  /** The row, which nobody can claim before the transaction ends. */
  async findLocked(manager: EntityManager, id: string): Promise<KeyRow | null> {
    const [row] = await manager.query<KeyRow[]>(`SELECT ${COLUMNS} FROM sealing_key WHERE id = ? FOR UPDATE`, [id]);
    return row ?? null;
  }

  async retire(manager: EntityManager, id: string): Promise<void> {
    await manager.query('UPDATE sealing_key SET retired_at = UTC_TIMESTAMP(3) WHERE id = ? AND retired_at IS NULL', [
      id,
    ]);
  }
}
