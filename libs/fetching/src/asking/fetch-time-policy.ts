import { addDays, shanghaiDay, shanghaiInstant } from '@app/kernel';
import { type LaneBudget } from './fetch-budget';

/** Calls an account still needs, and those of its budget that are used today. */
export interface Need {
  readonly calls: number;
  readonly used: number;
}

/** What the time comes from: nothing is to be called, the pace of calls, or a budget that ends before the calls do. */
export const TIME_LIMITS = ['nothing_to_ask', 'pace', 'appid_budget', 'platform_budget'] as const;

/** How long a fetch takes at today's budget when nothing else is asked. */
export interface FetchTime {
  readonly seconds: number;
  readonly endsAt: Date;
  readonly because: (typeof TIME_LIMITS)[number];
}

/**
 * @param needs of the accounts that were looked at
 * @param weight for how many accounts each of them stands
 */
export function timeAtBudget(needs: readonly Need[], weight: number, budget: LaneBudget, now: Date): FetchTime {
  const total = Math.round(needs.reduce((sum, { calls }) => sum + calls, 0) * weight);
  if (total === 0) return { seconds: 0, endsAt: now, because: 'nothing_to_ask' };
  const byAppid = needs.map((need) => spent(need.calls, need.used, budget.appidCalls));
  const byPlatform = spent(total, budget.platformUsed, budget.platformCalls);
  const days = Math.max(byPlatform.days, ...byAppid.map((one) => one.days));
  // On its last day a fetch takes what is left by then, at the pace of calls: one at a time an appid, some at once in all.
  const rests = byAppid.filter((one) => one.days === days).map(({ rest }) => rest);
  const ofAppids = Math.round(rests.reduce((sum, rest) => sum + rest, 0) * weight);
  const ofAll = byPlatform.days === days ? Math.max(ofAppids, byPlatform.rest) : ofAppids;
  const paceMs = Math.max(1, ...rests, Math.ceil(ofAll / budget.callsAtOnce)) * budget.msPerCall;
  const begins = days === 0 ? now : shanghaiInstant(addDays(shanghaiDay(now), days));
  const endsAt = new Date(begins.getTime() + paceMs);
  const because = days === 0 ? 'pace' : byPlatform.days === days ? 'platform_budget' : 'appid_budget';
  return { seconds: Math.ceil((endsAt.getTime() - now.getTime()) / 1_000), endsAt, because };
}

/** How many midnights must pass until the last calls may be made, and how many are left for that day. */
function spent(calls: number, used: number, limit: number | null): { days: number; rest: number } {
  if (limit === null) return { days: 0, rest: calls };
  const today = Math.max(0, limit - used);
  if (calls <= today) return { days: 0, rest: calls };
  const days = Math.ceil((calls - today) / limit);
  return { days, rest: calls - today - (days - 1) * limit };
}
