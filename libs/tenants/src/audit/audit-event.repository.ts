import { type Batch, type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Reach } from '../role-policy';
import { type AuditEvent, type AuditOutcome } from './audit-event.entity';
import { INSTALLATION } from './audit-policy';

/** An event as it begins. */
export type NewAuditEvent = Omit<
  AuditEvent,
  'id' | 'seq' | 'contentHash' | 'hash' | 'purgedAt' | 'purgeId' | 'outcome' | 'code'
> & { readonly outcome: AuditOutcome | null; readonly code: string | null };

export interface AuditFilter {
  readonly merchant?: string | undefined;
  readonly actor?: string | undefined;
  readonly target?: string | undefined;
  readonly action?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** From this instant on. */
  readonly from?: Date | undefined;
  /** Before this instant. */
  readonly to?: Date | undefined;
}

export const EVENT_COLUMNS = `e.id, e.request_id AS requestId, e.chain, e.merchant_id AS merchantId, e.at, e.actor_kind AS actorKind,
  e.actor_id AS actorId, e.actor_name AS actorName, e.actor_merchant_id AS actorMerchantId, e.action, e.route,
  e.target_id AS targetId, e.target_ids AS targetIds, e.address, e.outcome, e.code, e.seq, e.content_hash AS contentHash, e.hash,
  e.purged_at AS purgedAt, e.purge_id AS purgeId`;

/** What is taken out of an event that is emptied. */
export const SAID = [
  ...['merchant_id', 'actor_kind', 'actor_id', 'actor_name', 'actor_merchant_id', 'action', 'route', 'target_id'],
  ...['target_ids', 'address', 'outcome', 'code'],
];

@Injectable()
export class AuditEventRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Returns the row's id. */
  async insert(event: NewAuditEvent): Promise<number> {
    const { insertId } = await this.dataSource.query<{ insertId: number }>(
      `INSERT INTO audit_event (request_id, chain, merchant_id, at, actor_kind, actor_id, actor_name, actor_merchant_id, action,
         route, target_id, target_ids, address, outcome, code) VALUES (?)`,
      [
        [
          ...[
            event.requestId,
            event.chain,
            event.merchantId,
            event.at,
            event.actorKind,
            event.actorId,
            event.actorName,
          ],
          ...[event.actorMerchantId, event.action, event.route, event.targetId, event.targetIds, event.address],
          ...[event.outcome, event.code],
        ],
      ],
    );
    return insertId;
  }

  /** How it ended; what is sealed stays as it is. */
  async end(
    ids: readonly number[],
    outcome: AuditOutcome,
    code: string | null,
    targetId: string | null,
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE audit_event SET outcome = ?, code = ?, target_id = COALESCE(target_id, ?) WHERE id IN (?) AND seq IS NULL`,
      [outcome, code, targetId, ids],
    );
  }

  /** The place up to which a chain's events are older than `before`, at most `most` places behind `from`. */
  async oldThrough(
    db: Queries,
    { chain, from, before, most }: { chain: string; from: number; before: Date; most: number },
  ): Promise<number> {
    const rows = await db.query<{ seq: number; at: Date }[]>(
      'SELECT seq, at FROM audit_event WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?',
      [chain, from, most],
    );
    const young = rows.findIndex(({ at }) => at >= before);
    const old = young === -1 ? rows : rows.slice(0, young);
    return old.at(-1)?.seq ?? from;
  }

  /** Takes out what events up to a place say; places and hashes stay. */
  purgeThrough(batch: Batch, chain: string, seq: number, now: Date): void {
    batch.later(
      `UPDATE audit_event SET purged_at = ?, ${SAID.map((column) => `${column} = NULL`).join(', ')}
       WHERE chain = ? AND seq <= ? AND purged_at IS NULL`,
      [now, chain, seq],
    );
  }

  /** Newest first, before the row `before` (0: from the newest on). A host sees acts on the installation, a tenant those on itself. */
  async listInReach(reach: Reach, filter: AuditFilter, before: number, count: number): Promise<AuditEvent[]> {
    const parts = [visible(reach)];
    const narrow = (sql: string, value: unknown): void => {
      if (value !== undefined) parts.push({ sql, params: [value] });
    };
    narrow('e.id < ?', before === 0 ? undefined : before);
    narrow('e.merchant_id = ?', filter.merchant);
    narrow('e.actor_id = ?', filter.actor);
    narrow('e.target_id = ?', filter.target);
    narrow('e.action = ?', filter.action);
    narrow('e.outcome = ?', filter.outcome);
    narrow('e.at >= ?', filter.from);
    narrow('e.at < ?', filter.to);
    return this.dataSource.query<AuditEvent[]>(
      `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE ${parts.map(({ sql }) => sql).join(' AND ')}
       AND e.purged_at IS NULL ORDER BY e.id DESC LIMIT ?`,
      [...parts.flatMap(({ params }) => params), count],
    );
  }
}

function visible(reach: Reach): { sql: string; params: unknown[] } {
  const chains = [...reach.providerIds, ...(reach.host ? [INSTALLATION] : [])];
  const parts: { sql: string; params: unknown[] }[] = [];
  if (chains.length > 0) parts.push({ sql: 'e.chain IN (?)', params: [chains] });
  if (reach.merchantIds.length > 0) parts.push({ sql: 'e.merchant_id IN (?)', params: [reach.merchantIds] });
  if (parts.length === 0) return { sql: 'FALSE', params: [] };
  return { sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`, params: parts.flatMap(({ params }) => params) };
}
