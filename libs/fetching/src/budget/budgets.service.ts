import { shanghaiDay } from '@app/kernel';
import { Jobs } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { FetchingConfig } from '../fetching.config';
import { readQuotaHint } from '../fetching.jobs';
import { LANE, type Lane } from '../task-states';
import { budgetVerdicts, isLimited, isNearCap, type BudgetVerdict, type Caps } from './budget-policy';
import { BudgetRepository, type Count, type Spent } from './budget.repository';

/** An account as budgets see it. */
export interface BudgetedAccount {
  readonly id: number;
  readonly appid: string;
  readonly platformId: string;
}

/** A call that reached WeChat. */
export interface SpentCall {
  readonly appid: string;
  readonly platformId: string;
  readonly lane: Lane;
  readonly calledAt: Date;
}

/** What may be called for today, and what was. */
@Injectable()
export class Budgets {
  constructor(
    private readonly repository: BudgetRepository,
    private readonly config: FetchingConfig,
    private readonly jobs: Jobs,
  ) {}

  get caps(): Caps {
    return {
      bulkCalls: this.config.FETCH_BULK_CALLS_A_DAY,
      platformCalls: this.config.FETCH_PLATFORM_CALLS_A_DAY,
      dailyReserve: this.config.FETCH_DAILY_RESERVE,
    };
  }

  /**
   * Counts calls in the caller's transaction. All rounds of a platform count on one row: call it last, so that the others
   * wait for no more than the commit.
   */
  async count(manager: EntityManager, calls: readonly SpentCall[]): Promise<void> {
    const counts = new Map<string, Count>();
    for (const { appid, platformId, lane, calledAt } of calls) {
      const day = shanghaiDay(calledAt);
      for (const subject of [appid, platformId]) {
        const key = `${subject} ${day} ${lane}`;
        counts.set(key, { subject, day, lane, calls: (counts.get(key)?.calls ?? 0) + 1 });
      }
    }
    await this.repository.add(
      manager,
      [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count),
    );
  }

  /** Account id → may one call of this lane be made for it now, and if not, until when; who is left out may. One query for all. */
  async verdicts(accounts: readonly BudgetedAccount[], lane: Lane, now: Date): Promise<Map<number, BudgetVerdict>> {
    if (accounts.length === 0 || !isLimited(lane, this.caps)) return new Map();
    const { used, hints } = await this.repository.spent(
      accounts.map(({ appid }) => appid),
      [...new Set(accounts.map(({ platformId }) => platformId))],
      shanghaiDay(now),
    );
    const wishes = accounts.map(({ appid, platformId }) => ({
      appid,
      platformId,
      dailyLimit: hints.get(appid)?.dailyLimit ?? null,
    }));
    if (lane === LANE.bulk) await this.wantHints(accounts, { used, hints }, now);
    const verdicts = budgetVerdicts(wishes, lane, used, this.caps, now);
    return new Map(accounts.map(({ id }, i) => [id, verdicts[i] ?? { open: true }]));
  }

  /** Where bulk work comes near its cap, WeChat's own limit is asked for, unless it was today. */
  private async wantHints(accounts: readonly BudgetedAccount[], { used, hints }: Spent, now: Date): Promise<void> {
    const today = shanghaiDay(now);
    const near = accounts.filter(({ appid }) => {
      const hint = hints.get(appid);
      if (hint && shanghaiDay(hint.askedAt) >= today) return false;
      return isNearCap(this.caps, used.get(appid)?.[LANE.bulk] ?? 0, hint?.dailyLimit ?? null);
    });
    await this.jobs.enqueueMany(
      readQuotaHint,
      near.map(({ id }) => ({ accountId: id })),
    );
  }
}
