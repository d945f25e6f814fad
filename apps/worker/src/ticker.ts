import { AccountRereads, ComponentTokenUpkeep, PushInbox, ReconcileSchedule, TicketWatch } from '@app/credentials';
import { Dispatcher, FetchingConfig, FetchUpkeep, LANE, ScheduleSweeps, Sweeper } from '@app/fetching';
import { Idempotency } from '@app/platform';
import { ReportLinkPruner } from '@app/reports';
import { AuditAgeing, AuditSealer, LoginLeftovers, PurgeRunner } from '@app/tenants';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Loop } from './loop';

const SWEEP_EVERY_MS = 2_000;
const PAGE_EVERY_MS = 250;
const END_EVERY_MS = 5_000;
const MINUTE_MS = 60_000;
const RECONCILE_EVERY_MS = 5_000;
const SEAL_EVERY_MS = 10_000;
const PURGE_EVERY_MS = 5_000;
const RUNS_EVERY_MS = 2_000;

/** What keeps credentials in step with WeChat. */
@Injectable()
export class CredentialSweeps {
  constructor(
    readonly inbox: PushInbox,
    readonly rereads: AccountRereads,
    readonly tickets: TicketWatch,
    readonly upkeep: ComponentTokenUpkeep,
    readonly reconcile: ReconcileSchedule,
  ) {}
}

/** What makes fetches and leads them to their end. */
@Injectable()
export class FetchSweeps {
  constructor(
    readonly dispatcher: Dispatcher,
    readonly sweeper: Sweeper,
    readonly upkeep: FetchUpkeep,
    readonly config: FetchingConfig,
  ) {}
}

/** What deletes rows that nobody needs any more, and seals those that must not change. */
@Injectable()
export class Leftovers {
  constructor(
    readonly logins: LoginLeftovers,
    readonly idempotency: Idempotency,
    readonly reportLinks: ReportLinkPruner,
    readonly audit: AuditSealer,
    readonly ageing: AuditAgeing,
  ) {}
}

/** Looks for what is due, in this process as in every other; the rows decide who does what. It only enqueues. */
@Injectable()
export class Ticker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Ticker.name);
  private readonly loops: Loop[];
  private readonly asked: Loop;
  private readonly all: Loop;
  private readonly due: Loop;

  constructor(
    { dispatcher, sweeper, upkeep: fetches, config }: FetchSweeps,
    { inbox, rereads, tickets, reconcile, upkeep }: CredentialSweeps,
    schedule: ScheduleSweeps,
    { logins, idempotency, reportLinks, audit, ageing }: Leftovers,
    purges: PurgeRunner,
  ) {
    const every = (name: string, ms: number, sweep: () => Promise<unknown>): Loop =>
      new Loop(name, ms, async () => (await sweep(), false), this.logger);
    const look = (name: string, step: () => Promise<boolean>): Loop =>
      new Loop(name, config.FETCH_DISPATCH_MS, step, this.logger);
    // What people wait for is looked at by itself as well: lines of a backfill may be long.
    this.asked = look('dispatch what is asked', () => dispatcher.dispatch([LANE.asked]));
    this.all = look('dispatch', () => dispatcher.dispatch());
    this.due = look('promote', async () => this.moved(await dispatcher.promote()));
    this.loops = [
      ...[this.asked, this.all, this.due],
      ...[fetches.expander, fetches.acts].map(
        (pages) => new Loop('page fetches', PAGE_EVERY_MS, async () => this.moved(await pages.sweep()), this.logger),
      ),
      every('end fetches', END_EVERY_MS, () => fetches.endings.sweep()),
      every('prune fetches', MINUTE_MS, () => fetches.pruner.sweep()),
      every('sweep tasks', SWEEP_EVERY_MS, () => sweeper.sweep()),
      every('sweep pushes', SWEEP_EVERY_MS, () => inbox.sweep()),
      every('re-read accounts', MINUTE_MS, () => rereads.sweep()),
      every('look at component tokens', MINUTE_MS, () => upkeep.sweep()),
      every('watch tickets', 10 * MINUTE_MS, () => tickets.sweep()),
      every('make daily runs', RUNS_EVERY_MS, () => schedule.runs()),
      every('find arrivals', MINUTE_MS, () => schedule.arrivals()),
      every('prune counts of calls', 10 * MINUTE_MS, () => schedule.oldCounts()),
      every('prune what logins leave', MINUTE_MS, () => logins.sweep()),
      every('prune idempotency keys', MINUTE_MS, () => idempotency.prune()),
      every('empty old audit events', MINUTE_MS, () => ageing.sweep()),
      every('seal audit events', SEAL_EVERY_MS, () => audit.sweep()),
      every('purge merchants', PURGE_EVERY_MS, () => purges.sweep()),
      every('prune report links', MINUTE_MS, () => reportLinks.sweep()),
      every('reconcile platforms', RECONCILE_EVERY_MS, () => reconcile.sweep()),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Tasks became due. */
  wake(): void {
    this.due.wake();
    this.asked.wake();
    this.all.wake();
  }

  /** There may be room for the next: of a turn for people among theirs, of another one for all. */
  turnEnded(of: 'asked' | 'background'): void {
    if (of === 'asked') this.asked.wake();
    else this.all.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  /** New tasks stand in line: they need not wait for the next look. */
  private moved(count: number): boolean {
    if (count > 0) {
      this.asked.wake();
      this.all.wake();
    }
    return count > 0;
  }
}
