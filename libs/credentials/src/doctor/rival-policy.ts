import { type CallbackFacts } from './callback-policy';
import { type Counters } from './doctor.repository';
import { type Gathered } from './finding';
import { type RivalFacts } from './other-environment-policy';
import { type RefusedPushes, type TicketFacts } from './ticket-check-policy';
import { type ComponentQuota } from './token-probe';
import { type ProbeResult } from './wechat-probe-policy';

/** What other checks gathered and this one looks at again. */
export interface Clues {
  readonly platformSince: Date;
  readonly counters: Counters;
  readonly tickets: Gathered<TicketFacts>;
  readonly refusals: Gathered<readonly RefusedPushes[]>;
  readonly probe: Gathered<{ readonly result: ProbeResult }>;
  readonly callback: Gathered<CallbackFacts>;
  readonly quota: Gathered<ComponentQuota>;
}

const SILENT_MS = 30 * 60_000;
const BEIJING_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Puts the clues together; `isWhole` says that none of those that count was missing. */
export function rivalFacts(clues: Clues, now: Date): { facts: RivalFacts; isWhole: boolean } {
  const { counters, quota, tickets } = clues;
  const calls = quota.known ? quota.value.calls : [];
  const today = counters.today;
  const silent = tickets.known && isSilent(tickets.value, now);
  const facts = {
    componentRejectedToday: today.get('component_token_rejected') ?? 0,
    accountRejectedToday: today.get('account_token_rejected') ?? 0,
    boughtToday: isComparable(clues, now) ? (today.get('component_token_bought') ?? 0) : null,
    countedByWechat: calls.find(({ call }) => call === 'api_component_token')?.used ?? null,
    tokenRefusedNow: quota.known && quota.value.refused !== null,
    ticketsGoElsewhere: silent && isReachedInVain(clues),
  };
  const isWhole = quota.known && tickets.known && (!silent || (clues.probe.known && clues.callback.known));
  return { facts, isWhole };
}

/** On the day the counting began, WeChat's figure holds purchases from before. */
function isComparable({ counters, platformSince }: Clues, now: Date): boolean {
  const midnight = Math.floor((now.getTime() + BEIJING_MS) / DAY_MS) * DAY_MS - BEIJING_MS;
  return counters.isWholeDay || platformSince.getTime() >= midnight;
}

function isSilent({ receivedAt, platformSince }: TicketFacts, now: Date): boolean {
  return now.getTime() - (receivedAt ?? platformSince).getTime() >= SILENT_MS;
}

/** WeChat pushes, we can be reached, nothing was refused, and yet nothing came. */
function isReachedInVain({ probe, callback, refusals, tickets }: Clues): boolean {
  const result = probe.known ? probe.value.result : null;
  const isPushing = result?.kind === 'state' && result.state === 'was_running';
  const isReached = callback.known && callback.value.inInbox === true;
  const since = tickets.known ? tickets.value.receivedAt : null;
  const isRefused = !refusals.known || refusals.value.some(({ lastAt }) => since === null || lastAt > since);
  return isPushing && isReached && !isRefused;
}
