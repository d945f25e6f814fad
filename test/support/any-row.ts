import { randomBytes } from 'node:crypto';
import { type DataSource } from 'typeorm';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly length: number | null;
  readonly isNeeded: number;
}

const NOW = new Date('2026-03-10T02:00:00.000Z');
const TEN =
  '(SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const NUMBERS = `(SELECT x.n + 10 * y.n AS n FROM ${TEN} x JOIN ${TEN} y)`;
/** Rows by table, each as text, in no order that matters. */
export type Dump = ReadonlyMap<string, readonly string[]>;

/** A schema's tables without knowing them: rows of any, and all that is in them. */
export class AnyTables {
  private constructor(
    private readonly db: DataSource,
    private readonly columns: readonly Column[],
  ) {}

  static async of(db: DataSource): Promise<AnyTables> {
    const columns = await db.query<Column[]>(
      `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS name, DATA_TYPE AS type, CHARACTER_MAXIMUM_LENGTH AS length,
         IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' AS isNeeded
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 'migration'
       ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    );
    return new AnyTables(db, columns);
  }

  get tables(): string[] {
    return [...new Set(this.columns.map(({ table }) => table))];
  }

  /** `table.column` of all. */
  get names(): string[] {
    return this.columns.map(({ table, name }) => `${table}.${name}`);
  }

  /** A row of a table; what it needs and is not given is made up. */
  async insert(table: string, given: Record<string, unknown>): Promise<void> {
    const needed = this.columns.filter((column) => column.table === table && column.isNeeded === 1);
    const row = { ...Object.fromEntries(needed.map((column) => [column.name, madeUp(column)])), ...given };
    const names = Object.keys(row).map((name) => `\`${name}\``);
    await this.db.query(`INSERT INTO \`${table}\` (${names.join(', ')}) VALUES (?)`, [Object.values(row)]);
  }

  /** Days of an account with a value each, from the first one on. */
  async series(accountId: number, days: number): Promise<void> {
    await this.db.query(
      `INSERT INTO daily_cumulate (account_id, ref_date, cumulate_user, state, fetched_at)
       SELECT ?, DATE '2014-12-01' + INTERVAL a.n + 100 * b.n DAY, a.n, 1, ? FROM ${NUMBERS} a JOIN ${NUMBERS} b
       WHERE a.n + 100 * b.n < ?`,
      [accountId, NOW, days],
    );
  }

  /** An event on its way, with a delivery. */
  async insertEvent(event: Record<string, unknown>): Promise<void> {
    await this.insert('outbox_event', event);
    const [row] = await this.db.query<{ id: number }[]>('SELECT MAX(id) AS id FROM outbox_event');
    await this.insert('webhook_delivery', {
      id: `dlv_${row!.id}_${String(event['subject'])}`,
      endpoint_id: 'whk_1',
      event_id: row!.id,
      state: 'waiting',
    });
  }

  async dump(): Promise<Dump> {
    const dump = new Map<string, string[]>();
    for (const table of this.tables) {
      const rows = await this.db.query<object[]>(`SELECT * FROM \`${table}\``);
      dump.set(table, rows.map(asText).sort());
    }
    return dump;
  }
}

/** Bytes as hex and as letters, so that a name is found in either. */
function asText(row: object): string {
  return JSON.stringify(row, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('data' in value)) return value;
    const bytes = Buffer.from(value.data as number[]);
    return `${bytes.toString('hex')} ${bytes.toString('latin1')}`;
  });
}

function madeUp({ type, length }: Column): unknown {
  if (/int$/.test(type)) return 1;
  if (type === 'datetime') return NOW;
  if (type === 'date') return '2026-03-01';
  if (/binary|blob/.test(type)) return randomBytes(type === 'binary' ? (length ?? 1) : 8);
  return randomBytes(16)
    .toString('hex')
    .slice(0, Math.min(length ?? 8, 8));
}
