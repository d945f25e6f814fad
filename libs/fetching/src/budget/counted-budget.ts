import { Clock, shanghaiDay } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { FetchBudget, type LaneBudget } from '../asking/fetch-budget';
import { FetchingConfig } from '../fetching.config';
import { LANE, LANES, type Lane } from '../task-states';
import { turnsOf, turnTasksOf } from '../dispatch-policy';
import { unreserved } from './budget-policy';
import { BudgetRepository } from './budget.repository';
import { Budgets } from './budgets.service';

/** An assumption: WeChat documents nothing, and nobody measured yet. */
const CALL_MS = 150;

/** What may be called today, by the settings and by what was called. */
@Injectable()
export class CountedBudget extends FetchBudget {
  constructor(
    private readonly budgets: Budgets,
    private readonly counts: BudgetRepository,
    private readonly config: FetchingConfig,
    private readonly clock: Clock,
  ) {
    super();
  }

  async ofLane(lane: Lane, platformIds: readonly string[]): Promise<LaneBudget> {
    const { caps } = this.budgets;
    const { FETCH_CONCURRENCY, FETCH_TURN_TASKS } = this.config;
    const each = lane === LANE.daily ? caps.platformCalls : unreserved(caps);
    const isLimited = caps.platformCalls > 0;
    return {
      appidCalls: lane === LANE.bulk && caps.bulkCalls > 0 ? caps.bulkCalls : null,
      platformCalls: isLimited ? each * platformIds.length : null,
      platformUsed: isLimited ? await this.usedOn(platformIds, lane) : 0,
      callsAtOnce: turnsOf(lane, FETCH_CONCURRENCY) * turnTasksOf(lane, FETCH_TURN_TASKS),
      msPerCall: CALL_MS,
    };
  }

  async usedToday(lane: Lane, appids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { used } = await this.counts.spent(appids, [], shanghaiDay(this.clock.now()));
    return new Map([...used].map(([appid, ofLane]) => [appid, ofLane[lane] ?? 0]));
  }

  /** The daily run may use all of a platform's calls; the others share what is not kept for it. */
  private async usedOn(platformIds: readonly string[], lane: Lane): Promise<number> {
    const { used } = await this.counts.spent([], platformIds, shanghaiDay(this.clock.now()));
    const counted = LANES.filter((other) => lane === LANE.daily || other !== LANE.daily);
    return [...used.values()].flatMap((one) => counted.map((other) => one[other] ?? 0)).reduce((a, b) => a + b, 0);
  }
}
