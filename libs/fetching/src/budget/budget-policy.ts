import { addDays, shanghaiDay, shanghaiInstant } from '@app/kernel';
import { LANE, type Lane } from '../task-states';

/** Calls made today by lane. */
export type Used = Readonly<Partial<Record<Lane, number>>>;

/** What limits an appid, or a platform, on one day. 0 means: no limit. */
export interface Caps {
  /** Bulk calls per appid, when WeChat's own limit is not known. */
  readonly bulkCalls: number;
  readonly platformCalls: number;
  /** Percent of the platform's calls that only the daily run may use. */
  readonly dailyReserve: number;
}

export type BudgetVerdict =
  | { readonly open: true }
  | { readonly open: false; readonly because: 'day_budget_used' | 'platform_budget_used'; readonly until: Date };

/** An account that wants one call now. */
export interface Wish {
  readonly appid: string;
  readonly platformId: string;
  /** `daily_limit` of openapi/quota/get; null: not known. */
  readonly dailyLimit: number | null;
}

const OPEN: BudgetVerdict = { open: true };
/** Of what WeChat lets an appid do in a day bulk work takes this part: the rest is for the appid's own systems and the daily run. */
const BULK_SHARE = 0.2;
/** From here on WeChat's own limit is worth asking for. */
const NEAR = 0.8;

/**
 * Bulk calls of an appid a day. Without a hint a careful number; with one a fifth of what WeChat shows, more or less than that.
 * A limit of 0 says nothing, and one below 5 leaves one call: a hint never blocks by itself.
 */
export function bulkCap(caps: Caps, dailyLimit: number | null): number {
  if (caps.bulkCalls === 0) return 0;
  return dailyLimit === null || dailyLimit === 0 ? caps.bulkCalls : Math.max(1, Math.floor(dailyLimit * BULK_SHARE));
}

/** False: no call of the lane is ever too many. */
export function isLimited(lane: Lane, { bulkCalls, platformCalls }: Caps): boolean {
  return platformCalls > 0 || (lane === LANE.bulk && bulkCalls > 0);
}

export function isNearCap(caps: Caps, bulkUsed: number, dailyLimit: number | null): boolean {
  const cap = bulkCap(caps, dailyLimit);
  return cap > 0 && bulkUsed >= cap * NEAR;
}

/** What lanes other than the daily run's may use of a platform's calls. */
export function unreserved({ platformCalls, dailyReserve }: Caps): number {
  return Math.floor((platformCalls * (100 - dailyReserve)) / 100);
}

/**
 * May each of the wishes be called for in this lane now? In the order given: each one let through counts for those behind it.
 * `used` holds appids and platforms alike.
 */
export function budgetVerdicts(
  wishes: readonly Wish[],
  lane: Lane,
  used: ReadonlyMap<string, Used>,
  caps: Caps,
  now: Date,
): BudgetVerdict[] {
  const until = budgetEnd(now);
  const promised = new Map<string, number>();
  return wishes.map(({ appid, platformId, dailyLimit }) => {
    const [ofAppid, ofPlatform] = [used.get(appid) ?? {}, used.get(platformId) ?? {}];
    const [soonAppid, soonPlatform] = [promised.get(appid) ?? 0, promised.get(platformId) ?? 0];
    const cap = bulkCap(caps, dailyLimit);
    if (lane === LANE.bulk && cap > 0 && (ofAppid[LANE.bulk] ?? 0) + soonAppid >= cap)
      return { open: false, because: 'day_budget_used', until };
    if (caps.platformCalls > 0 && !hasRoom(ofPlatform, soonPlatform, lane, caps))
      return { open: false, because: 'platform_budget_used', until };
    promised.set(appid, soonAppid + 1);
    promised.set(platformId, soonPlatform + 1);
    return OPEN;
  });
}

function hasRoom(used: Used, promised: number, lane: Lane, caps: Caps): boolean {
  const others = (used[LANE.asked] ?? 0) + (used[LANE.bulk] ?? 0);
  const all = others + (used[LANE.daily] ?? 0) + promised;
  if (all >= caps.platformCalls) return false;
  return lane === LANE.daily || others + promised < unreserved(caps);
}

/** Days of a budget are Shanghai's, as WeChat's are. */
export function budgetEnd(now: Date): Date {
  return shanghaiInstant(addDays(shanghaiDay(now), 1));
}
