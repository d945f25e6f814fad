import { reachFilter, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DELIVERY_STATES, DELIVERY_MACHINE, type DeliveryState } from './delivery-states';
import { type WebhookDelivery } from './webhook-delivery.entity';

/** A delivery as people see it. */
export type DeliveryRow = Pick<
  WebhookDelivery,
  | 'id'
  | 'endpointId'
  | 'state'
  | 'reason'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastAttemptAt'
  | 'lastStatus'
  | 'lastFault'
  | 'lastResponse'
  | 'lastMs'
  | 'createdAt'
  | 'endedAt'
> & {
  readonly eventId: string;
  readonly topic: string;
  readonly payload: string;
  readonly occurredAt: Date;
};

const ROWS = `SELECT d.id, d.endpoint_id AS endpointId, d.state, d.reason, d.attempts, d.next_attempt_at AS nextAttemptAt,
    d.last_attempt_at AS lastAttemptAt, d.last_status AS lastStatus, d.last_fault AS lastFault,
    d.last_response AS lastResponse, d.last_ms AS lastMs, d.created_at AS createdAt, d.ended_at AS endedAt,
    e.public_id AS eventId, e.topic, e.payload, e.occurred_at AS occurredAt
  FROM webhook_delivery d JOIN outbox_event e ON e.id = d.event_id`;
const AGAIN = `state = 'pending', reason = 'replayed', attempts = 0, next_attempt_at = ?, ended_at = NULL`;
/** States from which a person may have a delivery sent once more. */
const REPLAYED: readonly DeliveryState[] = DELIVERY_STATES.filter(
  (state) => state !== 'sending' && DELIVERY_MACHINE[state].to.includes('pending'),
);

/** The log of deliveries, and what people do with it. */
@Injectable()
export class DeliveryLogRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Of an endpoint, the newest first, those before `before`. */
  list(
    endpointId: string,
    state: DeliveryState | undefined,
    before: string | null,
    count: number,
  ): Promise<DeliveryRow[]> {
    return this.dataSource.query(
      `${ROWS} WHERE d.endpoint_id = ? AND d.id < ? ${state === undefined ? '' : 'AND d.state = ?'}
       ORDER BY d.id DESC LIMIT ?`,
      // Behind every id.
      [endpointId, before ?? '~', ...(state === undefined ? [] : [state]), count],
    );
  }

  async findInReach(reach: Reach, id: string): Promise<DeliveryRow | null> {
    const { sql, params } = reachFilter(reach, { provider: 'w.provider_id' });
    const rows = await this.dataSource.query<DeliveryRow[]>(
      `${ROWS} JOIN webhook_endpoint w ON w.id = d.endpoint_id WHERE d.id = ? AND w.state <> 'deleted' AND ${sql}`,
      [id, ...params],
    );
    return rows[0] ?? null;
  }

  /** False when it is not over. */
  async replay(manager: EntityManager, id: string, now: Date): Promise<boolean> {
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      `UPDATE webhook_delivery SET ${AGAIN} WHERE id = ? AND state IN (?)`,
      [now, id, REPLAYED],
    );
    return affectedRows === 1;
  }

  /** Failed ones of an endpoint that were made since then; how many, at most `count`. */
  async replayFailed(endpointId: string, since: Date, now: Date, count: number): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE webhook_delivery SET ${AGAIN} WHERE endpoint_id = ? AND state = 'failed' AND created_at >= ? LIMIT ?`,
      [now, endpointId, since, count],
    );
    return affectedRows;
  }
}
