import { AccountScopes, gateVerdict, type FetchableAccount } from '@app/credentials';
import { Clock, daysBetween } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { chunks } from '../chunks';
import { DaySpansRepository } from './day-spans.repository';
import { laneOfAsk, providerOf } from './fetch-ask-policy';
import { FetchBudget, type LaneBudget } from './fetch-budget';
import { possibleDays, sampleSize, windowsOfAll, windowsOfMissing } from './fetch-plan-policy';
import { refusalsOf, type Refusals } from './fetch-refusals';
import { timeAtBudget, type FetchTime, type Need } from './fetch-time-policy';
import { type FetchRequest } from '../fetch.service';
import { scopeEmpty } from '../fetching.errors';
import { askableTo } from '../task-policy';
import { requestedRange, type DayRange } from '../window-policy';

/** What a fetch would do. */
export interface FetchPlan {
  /** Some accounts were looked at and stand for all: windows, calls, counts of refusals and time are estimates. */
  readonly estimated: boolean;
  readonly accounts: number;
  readonly windows: number;
  readonly calls: number;
  readonly refused: Refusals;
  readonly time: FetchTime;
  readonly budget: LaneBudget;
}

const COVERAGE_CHUNK = 50;

/** Works out what `FetchService.request` would do, in bounded time however many accounts and days that is. */
@Injectable()
export class FetchPlanner {
  constructor(
    private readonly scopes: AccountScopes,
    private readonly coverage: DaySpansRepository,
    private readonly budget: FetchBudget,
    private readonly clock: Clock,
  ) {}

  /** Throws what `FetchService.request` throws. */
  async plan(reach: Reach, request: FetchRequest): Promise<FetchPlan> {
    const now = this.clock.now();
    const asked = requestedRange(request.from, request.to, now);
    await this.scopes.ensureInReach(reach, request.scope);
    const selection = await this.scopes.select(reach, request.scope);
    const all = await this.scopes.count(selection);
    if (all === 0) throw scopeEmpty();
    const size = sampleSize(all, daysBetween(asked.from, asked.to) + 1);
    const isExact = size === all;
    const accounts = isExact
      ? await this.scopes.page(selection, 0, size)
      : await this.scopes.sample(selection, Math.floor(all / size), size);
    providerOf(accounts);
    const weight = all / accounts.length;
    const lane = laneOfAsk(all, asked);
    const platforms = [...new Set(accounts.map(({ platformId }) => platformId))];
    const budget = await this.budget.ofLane(lane, platforms);
    const used = await this.budget.usedToday(lane, [...new Set(accounts.map(({ appid }) => appid))]);
    const windows = await this.countWindows(accounts, { ...asked, to: askableTo(asked.to, now) }, request.refetch);
    const needs: Need[] = accounts.map(({ id, appid }) => ({
      calls: windows.get(id) ?? 0,
      used: used.get(appid) ?? 0,
    }));
    const calls = Math.round(needs.reduce((sum, need) => sum + need.calls, 0) * weight);
    return {
      ...{ estimated: !isExact, accounts: all, windows: calls, calls },
      ...{ refused: weighted(refusalsOf(accounts), weight), time: timeAtBudget(needs, weight, budget, now), budget },
    };
  }

  /** Of accounts whose gate is open. */
  private async countWindows(
    accounts: readonly FetchableAccount[],
    range: DayRange,
    refetch: boolean,
  ): Promise<ReadonlyMap<number, number>> {
    const windows = new Map<number, number>();
    const ranges = accounts.flatMap(({ id, gate, dataFrom }) => {
      const days = gateVerdict(gate).open ? possibleDays(range, dataFrom) : null;
      return days ? [{ accountId: id, ...days }] : [];
    });
    const stored = refetch ? new Map<number, number>() : await this.coverage.countDays(ranges);
    const gaps = ranges.filter((one) => {
      const [days, known] = [daysBetween(one.from, one.to) + 1, stored.get(one.accountId) ?? 0];
      if (known === 0) windows.set(one.accountId, windowsOfAll(one));
      return known > 0 && known < days;
    });
    for (const some of chunks(gaps, COVERAGE_CHUNK)) {
      const known = await this.coverage.knownDays(some);
      for (const one of some) windows.set(one.accountId, windowsOfMissing(one, known.get(one.accountId)));
    }
    return windows;
  }
}

function weighted(refused: Refusals, weight: number): Refusals {
  const counts = Object.entries(refused.counts).map(([because, n]) => [because, Math.round(n * weight)] as const);
  return { ...refused, counts: Object.fromEntries(counts) };
}
