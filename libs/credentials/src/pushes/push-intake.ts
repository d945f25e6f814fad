import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type AuthorizationEvent } from '@app/wechat';
import { type EntityManager } from 'typeorm';
import { PlatformCustody } from '../platforms/platform-custody';
import { isStaleTicket } from '../tickets/ticket-policy';
import { TicketRepository } from '../tickets/ticket.repository';
import { PushEventRepository } from './push-event.repository';
import { eventTimeOf } from './push-time-policy';

interface From {
  readonly platformId: string;
  readonly componentAppid: string;
}

/** Stores a push before it is answered; a ticket is stored with it, so nothing is left to do. */
@Injectable()
export class PushIntake {
  constructor(
    private readonly pushes: PushEventRepository,
    private readonly tickets: TicketRepository,
    private readonly custody: PlatformCustody,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The id of the row to work off; null when there is nothing to do or the push was stored before. */
  async store({ platformId, componentAppid }: From, xml: string, event: AuthorizationEvent): Promise<number | null> {
    const receivedAt = this.clock.now();
    const infoType = event.infoType === 'other' ? event.name : event.infoType;
    const outcome = outcomeAtOnce(event, receivedAt);
    const id = await this.transactions.run(async (manager) => {
      const subjectAppid = subjectOf(event);
      const push = { platformId, xml, infoType, subjectAppid, createTime: event.createTime, receivedAt, outcome };
      const inserted = await this.pushes.insert(manager, push);
      if (inserted !== null && outcome === 'ticket_stored' && event.infoType === 'component_verify_ticket') {
        const { ticket } = event;
        const createTime = eventTimeOf(event.createTime, receivedAt);
        await this.tickets.add(manager, { platformId, createTime, receivedAt, ticket });
        await this.endCoolDown(manager, platformId, componentAppid);
      }
      return inserted;
    });
    return outcome === null ? id : null;
  }

  private endCoolDown(manager: EntityManager, id: string, appid: string): Promise<void> {
    return this.custody.endCoolDown(manager, { id, appid });
  }
}

/** An appid that no account of ours can have says nothing. */
function subjectOf(event: AuthorizationEvent): string | null {
  const appid = 'authorizerAppid' in event ? event.authorizerAppid : null;
  return appid !== null && /^[\x21-\x7e]{1,32}$/.test(appid) ? appid : null;
}

function outcomeAtOnce(event: AuthorizationEvent, now: Date): string | null {
  switch (event.infoType) {
    case 'component_verify_ticket':
      return isStaleTicket(event.createTime, now) ? 'ticket_stale' : 'ticket_stored';
    case 'other':
      return 'ignored';
    case 'authorized':
    case 'updateauthorized':
    case 'unauthorized':
      return null;
  }
}
