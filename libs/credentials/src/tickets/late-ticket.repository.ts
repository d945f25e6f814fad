import { Clock } from '@app/kernel';
import { databaseErrorCode, Outbox, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';

const FACTS = `JSON_OBJECT('platform', p.id, 'componentAppid', p.appid, 'receivedAt', ?, 'expiresAt', ?)`;

/** Tells others that a platform gets no tickets: once, however many processes notice it again and again. */
@Injectable()
export class LateTicketRepository {
  constructor(
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @param receivedAt when the last ticket came: it names the gap */
  async tell(platformId: string, receivedAt: Date, expiresAt: Date): Promise<void> {
    await this.transactions.run(async (manager) => {
      try {
        await manager.query('INSERT INTO late_ticket (platform_id, received_at) VALUES (?, ?)', [
          platformId,
          receivedAt,
        ]);
      } catch (error) {
        if (databaseErrorCode(error) === 'ER_DUP_ENTRY') return;
        throw error;
      }
      await this.outbox.note(manager, {
        topic: 'ticket.late',
        select: `SELECT p.provider_id, NULL AS merchant_id, p.id AS subject, ${FACTS} AS payload FROM platform p WHERE p.id = ?`,
        params: [receivedAt.toISOString(), expiresAt.toISOString(), platformId],
        at: this.clock.now(),
      });
    });
  }
}
