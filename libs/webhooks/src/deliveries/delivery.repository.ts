import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Attempt, type DeliveryVerdict } from '../sending/retry-policy';
import { OVER } from './delivery-states';

export interface NewDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: number;
  readonly now: Date;
}

/** A delivery that is held, with what it tells. */
export interface HeldDelivery {
  readonly id: string;
  /** The attempt that is about to be made included. */
  readonly attempts: number;
  readonly eventId: string;
  readonly topic: string;
  readonly payload: string;
  readonly occurredAt: Date;
}

/** What an attempt brought, for the log. */
export interface AttemptRecord extends Attempt {
  readonly ms: number;
  readonly response: string | null;
}

const SWEPT = 500;

/** Deliveries under way. A lease is real time by the database's clock; who lost it writes nothing. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Each endpoint gets an event once, however often it is passed on. */
  async insert(manager: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await manager.query(
      `INSERT INTO webhook_delivery (id, endpoint_id, event_id, state, next_attempt_at, created_at) VALUES ?
       ON DUPLICATE KEY UPDATE id = webhook_delivery.id`,
      [deliveries.map(({ id, endpointId, eventId, now }) => [id, endpointId, eventId, 'pending', now, now])],
    );
  }

  async countSending(manager: EntityManager, endpointId: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM webhook_delivery WHERE endpoint_id = ? AND state = 'sending'",
      [endpointId],
    );
    return row?.n ?? 0;
  }

  /** Takes deliveries that are due, the longest due first. The caller holds the endpoint's row. */
  async claim(
    manager: EntityManager,
    endpointId: string,
    lease: { readonly owner: string; readonly ms: number; readonly now: Date },
    count: number,
  ): Promise<HeldDelivery[]> {
    const rows = await manager.query<HeldDelivery[]>(
      `SELECT d.id, d.attempts + 1 AS attempts, e.public_id AS eventId, e.topic, e.payload, e.occurred_at AS occurredAt
       FROM webhook_delivery d JOIN outbox_event e ON e.id = d.event_id
       WHERE d.endpoint_id = ? AND d.state = 'pending' AND d.next_attempt_at <= ? ORDER BY d.next_attempt_at LIMIT ?`,
      [endpointId, lease.now, count],
    );
    if (rows.length > 0)
      await manager.query(
        `UPDATE webhook_delivery SET state = 'sending', attempts = attempts + 1, last_attempt_at = ?, lease_owner = ?,
           lease_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE id IN (?) AND state = 'pending'`,
        [lease.now, lease.owner, lease.ms * 1_000, rows.map(({ id }) => id)],
      );
    return rows;
  }

  /** False when the delivery is not the owner's any more. */
  async settle(
    manager: EntityManager,
    held: { readonly id: string; readonly owner: string },
    { state, because, at }: DeliveryVerdict,
    { status, fault, response, ms }: AttemptRecord,
  ): Promise<boolean> {
    const isOver = OVER.includes(state);
    const { affectedRows } = await manager.query<{ affectedRows: number }>(
      `UPDATE webhook_delivery SET state = ?, reason = ?, next_attempt_at = ?, ended_at = ?, last_status = ?, last_fault = ?,
         last_response = ?, last_ms = ?, lease_owner = NULL, lease_until = NULL
       WHERE id = ? AND lease_owner = ? AND state = 'sending'`,
      [state, because, at, isOver ? at : null, status, fault, response, ms, held.id, held.owner],
    );
    return affectedRows === 1;
  }

  /** What a dead worker held is sent by others; how many, at most 500. Its attempt counts: it may have arrived. */
  async freeOfDead(now: Date): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      `UPDATE webhook_delivery SET state = 'pending', reason = 'lease_over', next_attempt_at = ?, lease_owner = NULL,
         lease_until = NULL WHERE lease_until <= UTC_TIMESTAMP(3) AND state = 'sending' LIMIT ${SWEPT}`,
      [now],
    );
    return affectedRows;
  }
}
