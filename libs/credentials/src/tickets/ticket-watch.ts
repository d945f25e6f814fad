import { Injectable } from '@nestjs/common';
import { InviteLeftovers } from '../invites/invite-leftovers';
import { ComponentTokenSource } from '../tokens/component-tokens';
import { LateTickets } from './late-tickets';

/** WeChat may stop pushing tickets and says so to nobody: it is asked to go on before the last ticket ends. */
@Injectable()
export class TicketWatch {
  constructor(
    private readonly late: LateTickets,
    private readonly source: ComponentTokenSource,
    private readonly leftovers: InviteLeftovers,
  ) {}

  /** Meant for every 10 minutes. How many platforms are without a fresh ticket. */
  async sweep(): Promise<number> {
    const late = await this.late.find();
    for (const id of late) await this.source.wake(id);
    // Of no hurry, and this is the slowest of the sweeps.
    await this.leftovers.prune();
    return late.length;
  }
}
