import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PlatformRepository } from '../platforms/platform.repository';
import { LateTicketRepository } from './late-ticket.repository';
import { TICKET_LIFE_MS, ticketState } from './ticket-policy';
import { TicketRepository } from './ticket.repository';

/** Platforms that WeChat pushes no tickets to any more. */
@Injectable()
export class LateTickets {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly tickets: TicketRepository,
    private readonly news: LateTicketRepository,
    private readonly clock: Clock,
  ) {}

  /** Ids of all platforms without a fresh ticket. Of one that had tickets before, others are told. */
  async find(): Promise<string[]> {
    const platforms = await this.platforms.listAll();
    const received = await this.tickets.receivedAt(platforms.map(({ id }) => id));
    const now = this.clock.now();
    const late: string[] = [];
    for (const { id } of platforms) {
      const receivedAt = received.get(id) ?? null;
      if (ticketState(receivedAt, now) === 'fresh') continue;
      late.push(id);
      if (receivedAt !== null) await this.news.tell(id, receivedAt, new Date(receivedAt.getTime() + TICKET_LIFE_MS));
    }
    return late;
  }
}
