import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Batch } from '../database/batched-transactions';
import { type Queries } from '../database/queries';
import { asUnavailable } from '../database/transactions';

/** Events, told by a SELECT that runs in the transaction in which they happen. */
export interface Note {
  readonly topic: string;
  /** Rows of `provider_id`, `merchant_id`, `subject` (a public id) and `payload` (a JSON object without secrets). */
  readonly select: string;
  readonly params: readonly unknown[];
  readonly at: Date;
  /** Events of one subject within this time are told as one. */
  readonly gatherMs?: number;
}

const LOOK_EVERY_MS = 5_000;

/** Writes down what happened, for those who want to hear of it. What nobody wants costs no row. */
@Injectable()
export class Outbox {
  private wanted: Promise<ReadonlySet<string>> | null = null;
  private lookedAt = 0;

  constructor(private readonly dataSource: DataSource) {}

  async note(manager: Queries, note: Note): Promise<void> {
    const { sql, params } = statementOf(note);
    await manager.query(sql, params);
  }

  /** As `note`; goes along with the batch's next trip. */
  later(batch: Batch, note: Note): void {
    const { sql, params } = statementOf(note);
    batch.later(sql, params);
  }

  /** Does anybody want to hear of it? At most five seconds old: for places where even a statement would cost too much. */
  async isWanted(topic: string): Promise<boolean> {
    if (this.wanted === null || performance.now() - this.lookedAt >= LOOK_EVERY_MS) {
      this.lookedAt = performance.now();
      this.wanted = this.look();
    }
    try {
      return (await this.wanted).has(topic);
    } catch (error) {
      this.wanted = null;
      throw asUnavailable(error);
    }
  }

  private async look(): Promise<ReadonlySet<string>> {
    const rows = await this.dataSource.query<{ topic: string }[]>('SELECT DISTINCT topic FROM outbox_interest');
    return new Set(rows.map(({ topic }) => topic));
  }
}

function statementOf({ topic, select, params, at, gatherMs = 0 }: Note): { sql: string; params: unknown[] } {
  return {
    sql: `INSERT INTO outbox_event (topic, provider_id, merchant_id, subject, payload, occurred_at, due_at)
       SELECT ?, n.provider_id, n.merchant_id, n.subject, n.payload, ?, ?
       FROM (${select}) n JOIN outbox_interest i ON i.provider_id = n.provider_id AND i.topic = ?`,
    params: [topic, at, new Date(at.getTime() + gatherMs), ...params, topic],
  };
}
