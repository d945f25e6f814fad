import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type OutboxEvent } from './outbox-event.entity';

/** An event that was not passed on yet. */
export type WaitingEvent = Omit<OutboxEvent, 'publicId' | 'dueAt' | 'spreadAt'>;
/** With the id that receivers know it by. */
export type ToldEvent = WaitingEvent & { readonly publicId: string };

const COLUMNS = `id, topic, provider_id AS providerId, merchant_id AS merchantId, subject, payload, occurred_at AS occurredAt`;

/** Events on their way to those who pass them on. The order of ids is not the order of commits: nothing is counted past. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Events that are due, held by the caller's transaction; what another one holds is left to it. */
  claim(manager: EntityManager, now: Date, count: number): Promise<WaitingEvent[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM outbox_event WHERE spread_at IS NULL AND due_at <= ?
       ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED`,
      [now, count],
    );
  }

  /** All that waits of these subjects, due or not. */
  claimOf(manager: EntityManager, topic: string, subjects: readonly string[], count: number): Promise<WaitingEvent[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM outbox_event WHERE subject IN (?) AND spread_at IS NULL AND topic = ?
       LIMIT ? FOR UPDATE SKIP LOCKED`,
      [subjects, topic, count],
    );
  }

  /** They are passed on in this transaction. */
  async spread(manager: EntityManager, events: readonly ToldEvent[], now: Date): Promise<void> {
    if (events.length === 0) return;
    await manager.query(
      `INSERT INTO outbox_event (id, public_id, topic, provider_id, merchant_id, subject, payload, occurred_at, due_at, spread_at)
       VALUES ? ON DUPLICATE KEY UPDATE public_id = VALUES(public_id), payload = VALUES(payload), spread_at = VALUES(spread_at)`,
      [events.map((event) => [event.id, ...columnsOf(event, now)])],
    );
  }

  /** An event that is passed on by who writes it. Its row's id. */
  async insertSpread(manager: EntityManager, event: Omit<ToldEvent, 'id'>, now: Date): Promise<number> {
    const { insertId } = await manager.query<{ insertId: number }>(
      `INSERT INTO outbox_event (public_id, topic, provider_id, merchant_id, subject, payload, occurred_at, due_at, spread_at)
       VALUES (?)`,
      [columnsOf(event, now)],
    );
    return insertId;
  }

  async delete(manager: EntityManager, ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await manager.query('DELETE FROM outbox_event WHERE id IN (?)', [ids]);
  }

  /** Removes events from before a time, the oldest first; how many. Rows that point at them go along. */
  async prune(before: Date, count: number): Promise<number> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      `SELECT id FROM (SELECT id, occurred_at FROM outbox_event ORDER BY id LIMIT ?) oldest WHERE occurred_at < ?`,
      [count, before],
    );
    await this.delete(
      this.dataSource.manager,
      rows.map(({ id }) => id),
    );
    return rows.length;
  }

  /**
   * What somebody of the provider wants to hear, anew. `read` gives the topics; it is asked once the old ones are held, so that of
   * two who change them at the same time the later one sees what the other did.
   */
  async renewInterest(
    manager: EntityManager,
    providerId: string,
    read: () => Promise<readonly string[]>,
  ): Promise<void> {
    await manager.query('DELETE FROM outbox_interest WHERE provider_id = ?', [providerId]);
    const topics = await read();
    if (topics.length > 0)
      await manager.query(
        'INSERT INTO outbox_interest (provider_id, topic) VALUES ? ON DUPLICATE KEY UPDATE topic = VALUES(topic)',
        [topics.map((topic) => [providerId, topic])],
      );
  }
}

function columnsOf(event: Omit<ToldEvent, 'id'>, now: Date): unknown[] {
  const { publicId, topic, providerId, merchantId, subject, payload, occurredAt } = event;
  return [publicId, topic, providerId, merchantId, subject, payload, occurredAt, now, now];
}
