import { type GrantEvent } from '@app/wechat';
import { Injectable } from '@nestjs/common';
import { Departures } from '../departures/departures';
import { InviteTieRepository, type InviteTie } from '../invites/invite-tie.repository';

/** How an event that grants something came, and whether its account may come in. */
export interface EventArrival {
  readonly tie: InviteTie | null;
  /** WeChat calls it `authorized`, not a change of an older authorization. */
  readonly isNew: boolean;
  /** Its merchant left, and nobody authorized it anew. */
  readonly isKeptOut: boolean;
}

/** Which invite an event came through, and whether the account it is about left with its merchant. */
@Injectable()
export class EventArrivals {
  constructor(
    private readonly ties: InviteTieRepository,
    private readonly departures: Departures,
  ) {}

  async of(platformId: string, event: GrantEvent): Promise<EventArrival> {
    const tie = event.preAuthCode ? await this.ties.findByPreAuthCode(platformId, event.preAuthCode) : null;
    const isNew = event.infoType === 'authorized';
    const arrival = { isInvited: tie !== null, isNew, at: event.createTime };
    const place = { platformId, appid: event.authorizerAppid };
    return { tie, isNew, isKeptOut: await this.departures.isKeptOut(place, arrival) };
  }

  isGone(platformId: string, appid: string): Promise<boolean> {
    return this.departures.isGone({ platformId, appid });
  }
}
