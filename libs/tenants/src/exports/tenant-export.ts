import { AbortableQueries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AuditLog, type SeenEvent } from '../audit/audit-log';
import { type Merchant } from '../merchants/merchant.entity';
import { reachOfOwner } from '../role-policy';
import { pages, type ExportedFile, type MerchantExport } from './merchant-export';

/** The merchant itself, its people and keys, and the log as it may see it. */
@Injectable()
export class TenantExport implements MerchantExport {
  constructor(
    private readonly queries: AbortableQueries,
    private readonly log: AuditLog,
  ) {}

  *files({ id, providerId, name, createdAt }: Merchant, signal: AbortSignal): Generator<ExportedFile> {
    yield { name: 'merchant', rows: [{ id, provider: providerId, name, createdAt }] };
    yield { name: 'people', rows: this.people(id, signal) };
    yield { name: 'api-keys', rows: this.keys(id, signal) };
    yield { name: 'audit-events', rows: this.events(id, providerId) };
  }

  /** Roles of other tenants are theirs to tell. */
  private people(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    return pages('', (after, count) =>
      this.queries.query<{ k: string }[]>(
        signal,
        `SELECT m.id AS k, u.id, u.email, u.name, m.role, u.created_at AS createdAt, m.created_at AS roleSince,
           u.disabled_at AS disabledAt
         FROM membership m JOIN user u ON u.id = m.user_id WHERE m.merchant_id = ? AND m.id > ? ORDER BY m.id LIMIT ?`,
        [merchantId, after, count],
      ),
    );
  }

  /** The prefix is what people tell keys apart by, and opens nothing. */
  private keys(merchantId: string, signal: AbortSignal): AsyncGenerator<object> {
    return pages('', (after, count) =>
      this.queries.query<{ k: string }[]>(
        signal,
        `SELECT id AS k, id, prefix, name, scopes, created_at AS createdAt, expires_at AS expiresAt,
           last_used_at AS lastUsedAt, revoked_at AS revokedAt
         FROM api_key WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [merchantId, after, count],
      ),
    );
  }

  private async *events(merchantId: string, providerId: string): AsyncGenerator<object> {
    for await (const event of this.log.all(reachOfOwner({ merchantId, providerId }), {})) yield told(event);
  }
}

function told(event: SeenEvent): object {
  const { requestId: id, at, actorKind, actorId, actorName, isOfProvider, action, route } = event;
  const { targetId: target, targetIds, address, outcome, code, seq } = event;
  const actor = { kind: actorKind, id: actorId, name: actorName, isOfProvider };
  return { id, at, actor, action, route, target, targets: targetIds?.split(' ') ?? [], address, outcome, code, seq };
}
