import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { type AccountGroup } from './accounts-check-policy';
import { DoctorRepository, type Counters } from './doctor.repository';
import { type Gathered } from './finding';
import { type ExaminedPlatform } from './public-probe';
import { PushRefusalRepository } from './push-refusal.repository';
import { type ParkedCall } from './quota-check-policy';
import { RHYTHM_MS, type RefusedPushes, type TicketFacts } from './ticket-check-policy';

export interface StoredFacts {
  readonly tickets: Gathered<TicketFacts>;
  readonly refusals: Gathered<readonly RefusedPushes[]>;
  readonly counters: Gathered<Counters>;
  readonly parked: Gathered<readonly ParkedCall[]>;
  readonly accounts: Gathered<readonly AccountGroup[]>;
  readonly delays: Gathered<readonly number[]>;
}

type Gather = <T>(name: string, work: () => Promise<T>) => Promise<Gathered<T>>;

const DAY_MS = 86_400_000;
const PUSHES = 5;

/** The facts that lie in our own rows. */
@Injectable()
export class DoctorFacts {
  constructor(
    private readonly rows: DoctorRepository,
    private readonly refusedPushes: PushRefusalRepository,
    private readonly clock: Clock,
  ) {}

  async all({ id, createdAt }: ExaminedPlatform, gather: Gather): Promise<StoredFacts> {
    const now = this.clock.now();
    const before = (ms: number): Date => new Date(now.getTime() - ms);
    const [tickets, refusals, counters, parked, accounts, delays] = await Promise.all([
      gather('tickets', async () => ({
        platformSince: createdAt,
        receivedAt: await this.rows.newestTicket(id),
        recent: await this.rows.countTicketPushes(id, before(RHYTHM_MS)),
      })),
      gather('refused pushes', () => this.refusedPushes.listSince(id, before(DAY_MS))),
      gather('counters', () => this.rows.counters(id, now)),
      gather('parked calls', () => this.rows.parked(id, now)),
      gather('accounts', () => this.rows.accountGroups(id)),
      gather('push delays', async () => {
        const pushes = await this.rows.newestPushes(id, before(DAY_MS), PUSHES);
        return pushes.map(({ createTime, receivedAt }) => receivedAt.getTime() - createTime.getTime());
      }),
    ]);
    return { tickets, refusals, counters, parked, accounts, delays };
  }
}
