import { Injectable } from '@nestjs/common';
import { type SealedColumn } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';

type Value = string | number;

/** A sealed value with what tells its row and what it is bound to. */
export interface SealedRow {
  readonly key: readonly Value[];
  readonly context: readonly string[];
  readonly bytes: Buffer;
}

/** New bytes for a row, written only where the old ones still stand. */
export interface Reseal {
  readonly key: readonly Value[];
  readonly from: Buffer;
  readonly to: Buffer;
}

/** Reads and replaces sealed values of any table that declares them. */
@Injectable()
export class SealedRowsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Key ids that rows are sealed under: one dive into the index for each, however many rows there are. */
  async listKeyIds({ table, keyIdColumn }: SealedColumn): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const [row] = await this.dataSource.query<{ id: string }[]>(
        `SELECT \`${keyIdColumn}\` AS id FROM \`${table}\` WHERE \`${keyIdColumn}\` > ? ORDER BY \`${keyIdColumn}\` LIMIT 1`,
        [ids.at(-1) ?? ''],
      );
      if (!row) return ids;
      ids.push(row.id);
    }
  }

  /** Key id → rows. Reads an index entry for each row. */
  async countByKey({ table, keyIdColumn }: SealedColumn): Promise<ReadonlyMap<string, number>> {
    const rows = await this.dataSource.query<{ id: string; n: number }[]>(
      `SELECT \`${keyIdColumn}\` AS id, COUNT(*) AS n FROM \`${table}\` WHERE \`${keyIdColumn}\` > '' GROUP BY \`${keyIdColumn}\``,
    );
    return new Map(rows.map(({ id, n }) => [id, n]));
  }

  async count({ table, keyIdColumn }: SealedColumn, keyId: string, manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM \`${table}\` WHERE \`${keyIdColumn}\` = ?`,
      [keyId],
    );
    return row?.n ?? 0;
  }

  /** Rows sealed under the key, in the order of the primary key, those after `after`. */
  async read(column: SealedColumn, keyId: string, after: readonly Value[] | null, limit: number): Promise<SealedRow[]> {
    const { table, primaryKey, keyIdColumn, sealedColumn, boundTo } = column;
    const key = names(primaryKey);
    const beyond = after ? `AND (${key}) > (${marks(primaryKey)})` : '';
    const rows = await this.dataSource.query<Record<string, Value | Buffer>[]>(
      `SELECT ${names([...new Set([...primaryKey, ...boundTo])])}, \`${sealedColumn}\` AS sealed_bytes FROM \`${table}\`
       WHERE \`${keyIdColumn}\` = ? AND \`${sealedColumn}\` IS NOT NULL ${beyond} ORDER BY ${key} LIMIT ?`,
      [keyId, ...(after ?? []), limit],
    );
    return rows.map((row) => ({
      key: primaryKey.map((name) => row[name] as Value),
      context: column.context(Object.fromEntries(boundTo.map((name) => [name, String(row[name])]))),
      bytes: row['sealed_bytes'] as Buffer,
    }));
  }

  /** Replaces the bytes of rows that nobody wrote since they were read; how many. Touches no other column. */
  async replace(
    manager: EntityManager,
    { table, primaryKey, keyIdColumn, sealedColumn }: SealedColumn,
    keyId: string,
    changes: readonly Reseal[],
  ): Promise<number> {
    const isRow = primaryKey.map((name) => `\`${name}\` = ?`).join(' AND ');
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      `UPDATE \`${table}\` SET \`${keyIdColumn}\` = ?,
         \`${sealedColumn}\` = CASE ${changes.map(() => `WHEN ${isRow} THEN ?`).join(' ')} ELSE \`${sealedColumn}\` END
       WHERE ${changes.map(() => `(${isRow} AND \`${sealedColumn}\` = ?)`).join(' OR ')}`,
      [keyId, ...changes.flatMap(({ key, to }) => [...key, to]), ...changes.flatMap(({ key, from }) => [...key, from])],
    );
    return affectedRows;
  }
}

function names(columns: readonly string[]): string {
  return columns.map((name) => `\`${name}\``).join(', ');
}

function marks(columns: readonly unknown[]): string {
  return columns.map(() => '?').join(', ');
}
