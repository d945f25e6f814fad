import { AppError, Secret, SecretBox } from '@app/kernel';
import { type Batch, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { auditChainColumn } from '../sealed-columns';
import { type AuditChain } from './audit-chain.entity';
import { type AuditEvent } from './audit-event.entity';
import { EVENT_COLUMNS } from './audit-event.repository';
import { endText, NO_HEAD, readEnd, type ChainEnd, type SealedEvent } from './audit-policy';

/** A row's place and hashes. */
export type Link = Pick<SealedEvent, 'id' | 'seq' | 'contentHash' | 'hash'>;

const ENDS = 'SELECT last_id AS lastId, key_id AS keyId, sealed FROM audit_chain WHERE chain = ?';

/** Sealed events, and where their chains end. */
@Injectable()
export class AuditChainRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  async all(): Promise<string[]> {
    const rows = await this.dataSource.query<{ chain: string }[]>('SELECT chain FROM audit_chain ORDER BY chain');
    return rows.map(({ chain }) => chain);
  }

  /** Chains with events that are not sealed yet. */
  async unsealed(): Promise<string[]> {
    const rows = await this.dataSource.query<{ chain: string }[]>(
      `SELECT l.chain FROM (SELECT chain, MAX(id) AS id FROM audit_event GROUP BY chain) l
       LEFT JOIN audit_chain c ON c.chain = l.chain WHERE c.last_id IS NULL OR c.last_id < l.id`,
    );
    return rows.map(({ chain }) => chain);
  }

  /** Nobody else seals the chain until the transaction ends. Throws `audit_chain_missing` when its end was removed. */
  async lock(batch: Batch, chain: string): Promise<ChainEnd> {
    const start = this.sealed(chain, NO_HEAD);
    batch.later(
      `INSERT INTO audit_chain (chain, last_id, key_id, sealed)
       SELECT ?, 0, ?, ? FROM (SELECT 1) one WHERE NOT EXISTS (SELECT 1 FROM audit_event WHERE chain = ? AND seq IS NOT NULL)
       ON DUPLICATE KEY UPDATE last_id = audit_chain.last_id`,
      [chain, start.keyId, start.bytes, chain],
    );
    const [row] = await batch.query<AuditChain[]>(`${ENDS} FOR UPDATE`, [chain]);
    if (!row) throw new AppError('bug', 'audit_chain_missing', { detail: { chain } });
    return this.endOf(chain, row);
  }

  /** What `read` asks is all from one moment, whatever is sealed or emptied meanwhile. */
  snapshot<T>(read: (db: Queries) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', read);
  }

  /** Null: the chain has no end. Throws `sealed_value_invalid` for one that was not made here. */
  async find(db: Queries, chain: string): Promise<ChainEnd | null> {
    const [row] = await db.query<AuditChain[]>(ENDS, [chain]);
    return row ? this.endOf(chain, row) : null;
  }

  /** In the order of their ids. How they end is told before or after they are sealed, never meanwhile. */
  async eventsAfter(batch: Batch, chain: string, id: number, count: number): Promise<AuditEvent[]> {
    return batch.query<AuditEvent[]>(
      `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE e.chain = ? AND e.id > ? ORDER BY e.id LIMIT ? FOR UPDATE`,
      [chain, id, count],
    );
  }

  /** In the order of their places. */
  async sealedAfter(db: Queries, chain: string, seq: number, count: number): Promise<SealedEvent[]> {
    return db.query<SealedEvent[]>(
      `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE e.chain = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`,
      [chain, seq, count],
    );
  }

  /** How many events from before `before` are not sealed. */
  async overdue(db: Queries, chain: string, before: Date): Promise<number> {
    const [row] = await db.query<{ n: number }[]>(
      'SELECT COUNT(*) AS n FROM audit_event WHERE chain = ? AND seq IS NULL AND at < ?',
      [chain, before],
    );
    return row?.n ?? 0;
  }

  seal(batch: Batch, chain: string, end: ChainEnd, links: readonly Link[]): void {
    for (const { id, seq, contentHash, hash } of links)
      batch.later('UPDATE audit_event SET seq = ?, content_hash = ?, hash = ? WHERE id = ? AND seq IS NULL', [
        ...[seq, contentHash, hash, id],
      ]);
    const last = links.at(-1);
    if (last) this.endAt(batch, chain, { ...end, seq: last.seq, hash: last.hash, lastId: last.id });
  }

  endAt(batch: Batch, chain: string, end: ChainEnd): void {
    const { keyId, bytes } = this.sealed(chain, end);
    batch.later('UPDATE audit_chain SET last_id = ?, key_id = ?, sealed = ? WHERE chain = ?', [
      ...[end.lastId, keyId, bytes, chain],
    ]);
  }

  private sealed(chain: string, end: ChainEnd): { keyId: string; bytes: Buffer } {
    return this.box.seal(new Secret(endText(end)), auditChainColumn.context({ chain }));
  }

  private endOf(chain: string, { lastId, keyId, sealed }: AuditChain): ChainEnd {
    const text = this.box.open({ keyId, bytes: sealed }, auditChainColumn.context({ chain }));
    const end = readEnd(text.reveal());
    // The column only finds chains that go on; what it says must be what was sealed.
    if (!end || end.lastId !== lastId) throw new AppError('bug', 'sealed_value_invalid', { detail: { chain } });
    return end;
  }
}
