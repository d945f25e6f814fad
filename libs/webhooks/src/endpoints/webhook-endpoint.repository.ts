import { OutboxRepository } from '@app/platform';
import { reachFilter, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { topicsOf } from '../topics';
import { WebhookEndpoint } from './webhook-endpoint.entity';

/** A row as it is read. */
export type EndpointRow = Pick<WebhookEndpoint, keyof WebhookEndpoint>;
export type EndpointChange = Partial<
  Pick<
    WebhookEndpoint,
    'name' | 'url' | 'topics' | 'state' | 'disabledBecause' | 'failures' | 'failingSince' | 'pausedUntil'
  >
>;

const COLUMNS = `id, provider_id AS providerId, name, url, topics, state, disabled_because AS disabledBecause, failures,
  failing_since AS failingSince, paused_until AS pausedUntil, created_at AS createdAt`;

@Injectable()
export class WebhookEndpointRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: OutboxRepository,
  ) {}

  /** How many the provider has. Whoever makes one waits here for who else does. */
  async countLocked(manager: EntityManager, providerId: string): Promise<number> {
    await manager.query('SELECT id FROM provider WHERE id = ? FOR UPDATE', [providerId]);
    const [row] = await manager.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM webhook_endpoint WHERE provider_id = ? AND state <> 'deleted'",
      [providerId],
    );
    return row?.n ?? 0;
  }

  async insert(manager: EntityManager, row: EndpointRow): Promise<void> {
    await manager.insert(WebhookEndpoint, row);
    await this.renewInterest(manager, row.providerId);
  }

  async listInReach(reach: Reach, after: string, count: number): Promise<EndpointRow[]> {
    const { sql, params } = reachFilter(reach, { provider: 'provider_id' });
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM webhook_endpoint WHERE id > ? AND state <> 'deleted' AND ${sql} ORDER BY id LIMIT ?`,
      [after, ...params, count],
    );
  }

  async findInReach(reach: Reach, id: string): Promise<EndpointRow | null> {
    const { sql, params } = reachFilter(reach, { provider: 'provider_id' });
    const rows = await this.dataSource.query<EndpointRow[]>(
      `SELECT ${COLUMNS} FROM webhook_endpoint WHERE id = ? AND state <> 'deleted' AND ${sql}`,
      [id, ...params],
    );
    return rows[0] ?? null;
  }

  /** Held until the transaction ends; null when it is gone or, with SKIP LOCKED, held by another one. */
  async lock(manager: EntityManager, id: string, how: '' | 'SKIP LOCKED' = ''): Promise<EndpointRow | null> {
    const rows = await manager.query<EndpointRow[]>(
      `SELECT ${COLUMNS} FROM webhook_endpoint WHERE id = ? FOR UPDATE ${how}`,
      [id],
    );
    return rows[0] ?? null;
  }

  async update(manager: EntityManager, row: EndpointRow, change: EndpointChange): Promise<void> {
    if (Object.keys(change).length === 0) return;
    await manager.update(WebhookEndpoint, { id: row.id }, change);
    if (change.state !== undefined || change.topics !== undefined) await this.renewInterest(manager, row.providerId);
  }

  listEnabled(manager: EntityManager, providerIds: readonly string[]): Promise<EndpointRow[]> {
    return manager.query(`SELECT ${COLUMNS} FROM webhook_endpoint WHERE provider_id IN (?) AND state = 'enabled'`, [
      providerIds,
    ]);
  }

  /** Enabled ones with something to send now. */
  async listDue(now: Date, count: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT e.id FROM webhook_endpoint e WHERE e.state = 'enabled' AND (e.paused_until IS NULL OR e.paused_until <= ?)
         AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'pending'
           AND d.next_attempt_at <= ?)
       LIMIT ?`,
      [now, now, count],
    );
    return rows.map(({ id }) => id);
  }

  /** Removes what is left of deleted ones, so many deliveries at a time; how many rows. */
  async prune(count: number): Promise<number> {
    const deleted = await this.dataSource.query<{ id: string }[]>(
      "SELECT id FROM webhook_endpoint WHERE state = 'deleted' LIMIT 1",
    );
    const [endpoint] = deleted;
    if (!endpoint) return 0;
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'DELETE FROM webhook_delivery WHERE endpoint_id = ? LIMIT ?',
      [endpoint.id, count],
    );
    if (affectedRows < count) await this.dataSource.query('DELETE FROM webhook_endpoint WHERE id = ?', [endpoint.id]);
    return affectedRows + 1;
  }

  private renewInterest(manager: EntityManager, providerId: string): Promise<void> {
    return this.outbox.renewInterest(manager, providerId, async () => {
      const endpoints = await this.listEnabled(manager, [providerId]);
      return [...new Set(endpoints.flatMap(({ topics }) => topicsOf(topics)))];
    });
  }
}
