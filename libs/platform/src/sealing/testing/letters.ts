import { defineSealedColumn, KeyRing, Secret, SecretBox, type SealedColumn } from '@app/kernel';
import { type DataSource } from 'typeorm';
import { Transactions } from '../../database/transactions';
import { KeyRetirement } from '../key-retirement';
import { KeyRingCheck } from '../key-ring-check';
import { KeyRotation } from '../key-rotation';
import { KeySurvey } from '../key-survey';
import { SealedRowsRepository } from '../sealed-rows.repository';
import { SealingKeyRepository } from '../sealing-key.repository';
import { SealingPresence } from '../sealing-presence';
import { SealingProcessRepository } from '../sealing-process.repository';

const NAMES = { keyIdColumn: 'key_id', sealedColumn: 'sealed' } as const;

/** Two tables that keep secrets: one with a number as its key, one with several words. */
export const letterColumn = defineSealedColumn({ ...NAMES, table: 'letter', primaryKey: ['id'], boundTo: ['sender'] });
export const stampColumn = defineSealedColumn({
  ...NAMES,
  table: 'stamp',
  primaryKey: ['country', 'kind'],
  boundTo: ['country', 'kind'],
});
export const columns: readonly SealedColumn[] = [letterColumn, stampColumn];

/** Bytes are the same for the same id and salt. */
export function ringOf(ids: readonly string[], salt = 0): KeyRing {
  return new KeyRing(ids.map((id): [string, Buffer] => [id, Buffer.alloc(32, `${id}${salt}`)]));
}

/** What one process has, on a pool that may be shared. */
export function partsOf(dataSource: DataSource, ring: KeyRing) {
  const transactions = new Transactions(dataSource);
  const rows = new SealedRowsRepository(dataSource);
  const keys = new SealingKeyRepository(dataSource);
  const processes = new SealingProcessRepository(dataSource);
  const check = new KeyRingCheck(ring, keys, rows);
  return {
    rows,
    check,
    presence: () => new SealingPresence(ring, check, keys, processes, transactions),
    rotation: new KeyRotation(ring, rows, transactions),
    retirement: new KeyRetirement(ring, keys, processes, rows, transactions),
    survey: new KeySurvey(ring, keys, processes, rows),
  };
}

export async function makeTables(dataSource: DataSource): Promise<void> {
  const sealed = 'key_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, sealed VARBINARY(2048) NULL';
  const word = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
  await dataSource.query(
    `CREATE TABLE letter (id BIGINT UNSIGNED PRIMARY KEY, sender ${word}, version INT NOT NULL DEFAULT 1, ${sealed}, KEY (key_id))`,
  );
  await dataSource.query(`CREATE TABLE stamp (country ${word}, kind ${word}, ${sealed}, PRIMARY KEY (country, kind))`);
}

export async function clear(dataSource: DataSource): Promise<void> {
  for (const table of ['letter', 'stamp', 'sealing_key', 'sealing_process'])
    await dataSource.query(`DELETE FROM ${table}`);
}

export async function writeLetters(dataSource: DataSource, ring: KeyRing, from: number, to: number): Promise<void> {
  const box = new SecretBox(ring);
  const rows = [];
  for (let id = from; id <= to; id++) {
    const sender = `s${id}`;
    const { keyId, bytes } = box.seal(new Secret(`letter ${id}`), letterColumn.context({ sender }));
    rows.push([id, sender, keyId, bytes]);
  }
  await dataSource.query('INSERT INTO letter (id, sender, key_id, sealed) VALUES ?', [rows]);
}

export async function writeStamps(dataSource: DataSource, ring: KeyRing): Promise<void> {
  const box = new SecretBox(ring);
  for (const country of ['de', 'DE', 'fr'])
    for (const kind of ['a', 'b']) {
      const { keyId, bytes } = box.seal(new Secret(`${country}${kind}`), stampColumn.context({ country, kind }));
      await dataSource.query('INSERT INTO stamp VALUES (?, ?, ?, ?)', [country, kind, keyId, bytes]);
    }
}

/** Every text that opens, by the row's key; throws when one does not. */
export async function readAll(dataSource: DataSource, ring: KeyRing): Promise<Map<string, string>> {
  const { rows } = partsOf(dataSource, ring);
  const box = new SecretBox(ring);
  const texts = new Map<string, string>();
  for (const column of columns)
    for (const keyId of await rows.listKeyIds(column))
      for (const { key, context, bytes } of await rows.read(column, keyId, null, 100_000))
        texts.set(key.join('/'), box.open({ keyId, bytes }, context).reveal());
  return texts;
}
