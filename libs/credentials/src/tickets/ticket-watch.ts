import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { InviteLeftovers } from '../invites/invite-leftovers';
import { PlatformRepository } from '../platforms/platform.repository';
import { ComponentTokenSource } from '../tokens/component-tokens';
import { ticketState } from './ticket-policy';
import { TicketRepository } from './ticket.repository';

/** WeChat may stop pushing tickets and says so to nobody: it is asked to go on before the last ticket ends. */
@Injectable()
export class TicketWatch {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly tickets: TicketRepository,
    private readonly source: ComponentTokenSource,
    private readonly leftovers: InviteLeftovers,
    private readonly clock: Clock,
  ) {}

  /** Meant for every 10 minutes. How many platforms are without a fresh ticket. */
  async sweep(): Promise<number> {
    const platforms = await this.platforms.listAll();
    const received = await this.tickets.receivedAt(platforms.map(({ id }) => id));
    const now = this.clock.now();
    const late = platforms.filter(({ id }) => ticketState(received.get(id) ?? null, now) !== 'fresh');
    for (const { id } of late) await this.source.wake(id);
    // Of no hurry, and this is the slowest of the sweeps.
    await this.leftovers.prune();
    return late.length;
  }
}
