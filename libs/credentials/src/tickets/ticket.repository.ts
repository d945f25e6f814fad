import { Injectable } from '@nestjs/common';
import { SecretBox, type Secret } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { ticketColumn } from '../sealed-columns';
import { type Ticket } from './ticket.entity';

const KEPT = 4;

/** Tickets, sealed; the newest by WeChat's own time counts, in whatever order they arrived. */
@Injectable()
export class TicketRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  async add(
    manager: EntityManager,
    ticket: Pick<Ticket, 'platformId' | 'createTime' | 'receivedAt'> & { readonly ticket: Secret },
  ): Promise<void> {
    const sealed = this.box.seal(ticket.ticket, context(ticket.platformId));
    await manager.query(
      'INSERT INTO ticket (platform_id, create_time, received_at, key_id, sealed) VALUES (?, ?, ?, ?, ?)',
      [ticket.platformId, ticket.createTime, ticket.receivedAt, sealed.keyId, sealed.bytes],
    );
    await manager.query(
      `DELETE FROM ticket WHERE platform_id = ? AND id NOT IN (
         SELECT id FROM (SELECT id FROM ticket WHERE platform_id = ? ORDER BY create_time DESC, id DESC LIMIT ${KEPT}) kept)`,
      [ticket.platformId, ticket.platformId],
    );
  }

  /** The newest that was received after `since`. */
  async findNewest(platformId: string, since: Date): Promise<Secret | null> {
    const [row] = await this.dataSource.query<Pick<Ticket, 'keyId' | 'sealed'>[]>(
      `SELECT key_id AS keyId, sealed FROM ticket WHERE platform_id = ? AND received_at > ?
       ORDER BY create_time DESC, id DESC LIMIT 1`,
      [platformId, since],
    );
    return row ? this.box.open({ keyId: row.keyId, bytes: row.sealed }, context(platformId)) : null;
  }

  /** Platform id → when its newest ticket came. */
  async receivedAt(platformIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (platformIds.length === 0) return new Map();
    const rows = await this.dataSource.query<{ platformId: string; receivedAt: Date }[]>(
      `SELECT platform_id AS platformId, MAX(received_at) AS receivedAt FROM ticket WHERE platform_id IN (?)
       GROUP BY platform_id`,
      [platformIds],
    );
    return new Map(rows.map((row) => [row.platformId, row.receivedAt]));
  }
}

function context(platformId: string): string[] {
  return ticketColumn.context({ platform_id: platformId });
}
