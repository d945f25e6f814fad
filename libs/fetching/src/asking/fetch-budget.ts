import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { LANE, type Lane } from '../task-states';

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

const BULK_CALLS = 100;
/** Measured at WeChat's own addresses from mainland China; it documents nothing. */
const CALL_MS = 150;

/** What the settings say, without looking at what was called. */
@Injectable()
export class SettingsBudget extends FetchBudget {
  constructor(private readonly config: FetchingConfig) {
    super();
  }

  ofLane(lane: Lane): Promise<LaneBudget> {
    const { FETCH_CONCURRENCY, FETCH_TURN_TASKS } = this.config;
    return Promise.resolve({
      appidCalls: lane === LANE.bulk ? BULK_CALLS : null,
      ...{
        platformCalls: null,
        platformUsed: 0,
        callsAtOnce: FETCH_CONCURRENCY * FETCH_TURN_TASKS,
        msPerCall: CALL_MS,
      },
    });
  }

  usedToday(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }
}
