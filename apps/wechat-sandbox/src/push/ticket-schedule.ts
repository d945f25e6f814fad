import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Platform } from '../state/model';
import { type Store } from '../state/store';
import { newTicket } from '../state/value-shapes';
import { type Pusher, type SentPush } from './pusher';
import { ticketXml } from './push-xml';

const LOOK_EVERY_MS = 200;
/** Tickets are good for 12 h; older ones are kept a while so that they answer "expired", not "wrong". */
const KEPT_TICKETS = 500;

/**
 * A ticket is due when the interval has passed on the sandbox clock or in real time: a jump forward pushes at once,
 * and a frozen or set-back clock still gets tickets.
 */
export class TicketSchedule {
  private timer: NodeJS.Timeout | null = null;
  private readonly lastRealMs = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly clock: SandboxClock,
    private readonly faults: FaultSwitches,
    private readonly pusher: Pusher,
    private readonly intervalSeconds: number,
  ) {}

  start(): void {
    this.clock.onSet(() => {
      this.pushDue();
    });
    this.timer = setInterval(() => {
      this.pushDue();
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  pushNow(platform: Platform, options: { delayMs?: number; wrongSignature?: boolean } = {}): SentPush {
    const ticket = { value: newTicket(), issuedAt: this.clock.now() };
    platform.tickets = [...platform.tickets, ticket].slice(-KEPT_TICKETS);
    this.store.remember('component_verify_ticket', ticket.value);
    this.store.touch();
    this.lastRealMs.set(platform.appid, Date.now());
    const { ticketPushLost: lost, ticketDelayMs: delayMs, ticketDuplicate } = this.faults.values;
    const push = {
      platform,
      infoType: 'component_verify_ticket',
      appid: null,
      xml: ticketXml(platform.appid, Math.floor(ticket.issuedAt / 1000), ticket.value),
      lost,
      delayMs,
      ...options,
    };
    return ticketDuplicate && !lost ? this.pusher.sendTwice(push) : this.pusher.send(push);
  }

  private pushDue(): void {
    for (const platform of this.store.platforms.values()) {
      if (!platform.pushStopped && this.isDue(platform)) this.pushNow(platform);
    }
  }

  private isDue(platform: Platform): boolean {
    const last = platform.tickets.at(-1);
    if (last === undefined) return true;
    const interval = this.intervalSeconds * 1000;
    const lastReal = this.lastRealMs.get(platform.appid) ?? Date.now();
    this.lastRealMs.set(platform.appid, lastReal);
    const realSince = Date.now() - lastReal;
    return this.clock.now() - last.issuedAt >= interval || realSince >= interval;
  }
}
