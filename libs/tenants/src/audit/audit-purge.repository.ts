import { AppError, Secret, SecretBox } from '@app/kernel';
import { type Batch, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { auditPurgeColumn } from '../sealed-columns';
import { type AuditPurge } from './audit-purge.entity';
import { EVENT_COLUMNS, SAID } from './audit-event.repository';
import { type SealedEvent } from './audit-policy';
import { NOTHING_EMPTIED, proofText, readProof, type PurgeProof, type PurgeProofs } from './audit-purge-policy';

/** The purge of a merchant, as its provider's log knows it. */
export interface LoggedPurge {
  readonly id: string;
  readonly merchantId: string;
}

/** That the merchant was purged, and by whose order, stays told. */
const ABOUT = `e.merchant_id = ? AND e.purged_at IS NULL
  AND NOT (e.action <=> 'merchant:purge' AND e.actor_merchant_id IS NULL)`;

const PROOFS = 'SELECT chain, purge_id AS purgeId, key_id AS keyId, sealed FROM audit_purge';

/** Events that purges empty, and the sealed proofs of it. */
@Injectable()
export class AuditPurgeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  /** Throws `sealed_value_invalid` for a proof that was not made here. */
  async proofs(db: Queries, chain: string): Promise<PurgeProofs> {
    const rows = await db.query<AuditPurge[]>(`${PROOFS} WHERE chain = ?`, [chain]);
    return new Map(rows.map((row) => [row.purgeId, this.opened(row)]));
  }

  /** The caller holds the chain. Throws as `proofs`. */
  async proof(batch: Batch, chain: string, purgeId: string): Promise<PurgeProof> {
    const [row] = await batch.query<AuditPurge[]>(`${PROOFS} WHERE chain = ? AND purge_id = ?`, [chain, purgeId]);
    return row ? this.opened(row) : NOTHING_EMPTIED;
  }

  put(batch: Batch, chain: string, purgeId: string, proof: PurgeProof): void {
    const context = auditPurgeColumn.context({ chain, purge_id: purgeId });
    const { keyId, bytes } = this.box.seal(new Secret(proofText(proof)), context);
    batch.later(
      `INSERT INTO audit_purge (chain, purge_id, key_id, sealed) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE key_id = VALUES(key_id), sealed = VALUES(sealed)`,
      [chain, purgeId, keyId, bytes],
    );
  }

  /** Chains that tell of the merchant, and how many of these events are not sealed yet. */
  async chainsAbout(merchantId: string): Promise<{ chain: string; open: number }[]> {
    const rows = await this.dataSource.query<{ chain: string; open: number | string }[]>(
      `SELECT e.chain, SUM(e.seq IS NULL) AS open FROM audit_event e WHERE ${ABOUT} GROUP BY e.chain ORDER BY e.chain`,
      [merchantId],
    );
    return rows.map(({ chain, open }) => ({ chain, open: Number(open) }));
  }

  /** Sealed ones behind a place, in the order of places. */
  sealedAbout(
    batch: Batch,
    { merchantId, chain, after, count }: { merchantId: string; chain: string; after: number; count: number },
  ): Promise<SealedEvent[]> {
    return batch.query<SealedEvent[]>(
      `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE ${ABOUT} AND e.chain = ? AND e.seq > ? ORDER BY e.id LIMIT ? FOR UPDATE`,
      [merchantId, chain, after, count],
    );
  }

  empty(batch: Batch, purgeId: string, ids: readonly number[], now: Date): void {
    batch.later(
      `UPDATE audit_event SET purged_at = ?, purge_id = ?, ${SAID.map((column) => `${column} = NULL`).join(', ')}
       WHERE id IN (?)`,
      [now, purgeId, ids],
    );
  }

  private opened({ chain, purgeId, keyId, sealed }: AuditPurge): PurgeProof {
    const text = this.box.open({ keyId, bytes: sealed }, auditPurgeColumn.context({ chain, purge_id: purgeId }));
    const proof = readProof(text.reveal());
    if (!proof) throw new AppError('bug', 'sealed_value_invalid', { detail: { chain } });
    return proof;
  }
}
