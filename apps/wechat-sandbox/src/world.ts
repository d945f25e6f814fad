import { SandboxClock } from './clock/sandbox-clock';
import { FaultSwitches } from './faults/fault-switches';
import { Grants } from './grants/grants';
import { Quota } from './grants/quota';
import { SecondEnvironment } from './grants/second-environment';
import { Tokens } from './grants/tokens';
import { AuthorizationEvents } from './push/authorization-events';
import { DeliveryLog } from './push/delivery-log';
import { Pusher } from './push/pusher';
import { PushPost } from './push/push-post';
import { TicketSchedule } from './push/ticket-schedule';
import { type Log, silentLog } from './sandbox-log';
import { Store } from './state/store';
import { CallLog } from './wechat-api/call-log';
import { Gate } from './wechat-api/gate';
import { MessageLog } from './wechat-api/message-log';
import { WechatEdge } from './wechat-api/wechat-edge';

/** One sandbox: everything that is made once and lives as long as the process. */
export interface World {
  readonly log: Log;
  readonly clock: SandboxClock;
  readonly faults: FaultSwitches;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly grants: Grants;
  readonly quota: Quota;
  readonly other: SecondEnvironment;
  readonly deliveries: DeliveryLog;
  readonly pusher: Pusher;
  readonly events: AuthorizationEvents;
  readonly tickets: TicketSchedule;
  readonly calls: CallLog;
  readonly messages: MessageLog;
  readonly gate: Gate;
  readonly edge: WechatEdge;
}

/** `wall` gives real Unix ms; tests pass their own. */
export function createWorld(options: { ticketSeconds?: number; log?: Log; wall?: () => number } = {}): World {
  const log = options.log ?? silentLog;
  const clock = new SandboxClock(options.wall);
  const faults = new FaultSwitches();
  const store = new Store();
  const tokens = new Tokens(store, clock, faults);
  const grants = new Grants(store, clock, faults, tokens);
  const quota = new Quota(clock, faults);
  const deliveries = new DeliveryLog();
  const pusher = new Pusher(new PushPost(clock, faults), faults, deliveries, log);
  const calls = new CallLog();
  return {
    log,
    clock,
    faults,
    store,
    tokens,
    grants,
    quota,
    other: new SecondEnvironment(tokens, grants, quota, faults),
    deliveries,
    pusher,
    events: new AuthorizationEvents(clock, faults, pusher),
    tickets: new TicketSchedule(store, clock, faults, pusher, options.ticketSeconds ?? 600),
    calls,
    messages: new MessageLog(),
    gate: new Gate(store, tokens, quota, faults),
    edge: new WechatEdge(faults, clock, calls, log, tokens),
  };
}
