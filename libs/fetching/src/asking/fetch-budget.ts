import { type Lane } from '../task-states';

/** What may be called for fetches of one lane. */
export interface LaneBudget {
  /** Calls for one appid a day, and of all appids of the platforms; null: as many as WeChat allows. */
  readonly appidCalls: number | null;
  readonly platformCalls: number | null;
  /** Of `platformCalls` used today. */
  readonly platformUsed: number;
  /** Calls that all workers have under way at once, at most one an appid. */
  readonly callsAtOnce: number;
  /** How long a call takes, with what is stored after it. */
  readonly msPerCall: number;
}

/** Tells what may be called today. */
export abstract class FetchBudget {
  abstract ofLane(lane: Lane, platformIds: readonly string[]): Promise<LaneBudget>;
  /** Calls of the lane's share made today, by appid; 0 where an appid is left out. */
  abstract usedToday(lane: Lane, appids: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
