import { credentialSealedColumns } from '@app/credentials';
import { webhookSealedColumns } from '@app/webhooks';
import { KeyRing, Secret, SecretBox, type SealedColumn } from '@app/kernel';
import { tenantSealedColumns } from '@app/tenants';
import { type Connection } from 'mysql2/promise';

const columnOf = (table: string): SealedColumn => credentialSealedColumns.find((column) => column.table === table)!;

/** Many rows sealed under the first key of a ring: refresh tokens of accounts nobody asks for, and old pushes. */
export async function seedSealedRows(
  db: Connection,
  keys: string,
  platformId: string,
  counts: { readonly credential: number; readonly push_event: number },
): Promise<void> {
  const box = new SecretBox(KeyRing.parse(keys));
  // Older pushes are removed by workers after a month.
  const at = new Date('2026-03-09T00:00:00Z');
  const row = (n: number, table: string): unknown[] => {
    const ids = { platform_id: platformId, subject_appid: `wxseed${n}`, kind: 'refresh_token' };
    const { keyId, bytes } = box.seal(new Secret(`refresh-token-${n}`.padEnd(120, '.')), columnOf(table).context(ids));
    if (table === 'credential') return [...Object.values(ids), keyId, bytes, 1];
    return [platformId, Buffer.alloc(32, `push${n}`), 'seeded', at, at, at, keyId, bytes];
  };
  const inserts = {
    credential: 'INSERT INTO credential (platform_id, subject_appid, kind, key_id, sealed, version) VALUES ?',
    push_event: `INSERT INTO push_event (platform_id, body_hash, info_type, create_time, received_at, done_at, key_id, sealed) VALUES ?`,
  };
  for (const table of ['credential', 'push_event'] as const)
    for (let from = 0; from < counts[table]; from += 500) {
      const many = Array.from({ length: Math.min(500, counts[table] - from) }, (_, n) => row(from + n, table));
      await db.query(inserts[table], [many]);
    }
}

/** Opens every sealed value with the keys given; how many there are. Throws when one does not open. */
export async function openAll(db: Connection, keys: string): Promise<number> {
  const box = new SecretBox(KeyRing.parse(keys));
  let opened = 0;
  for (const column of [...credentialSealedColumns, ...tenantSealedColumns, ...webhookSealedColumns]) {
    const [rows] = await db.query(`SELECT * FROM \`${column.table}\` WHERE key_id IS NOT NULL`);
    for (const row of rows as Record<string, any>[]) {
      box.open({ keyId: row['key_id'], bytes: row['sealed'] }, column.context(row));
      opened++;
    }
  }
  return opened;
}
