import { AccountDirectory, PlatformService } from '@app/credentials';
import { Clock, shanghaiDay, type ShanghaiDate } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { budgetEnd, bulkCap, unreserved, type Used } from './budget-policy';
import { BudgetRepository } from './budget.repository';
import { Budgets } from './budgets.service';
import { QuotaHintRepository, type Hint } from './quota-hint.repository';

export interface BudgetView {
  /** Day of Shanghai. */
  readonly day: ShanghaiDate;
  readonly resetsAt: Date;
  readonly used: Used;
}

export interface AccountBudget extends BudgetView {
  readonly appid: string;
  /** Null: no limit. */
  readonly bulkCap: number | null;
  readonly hint: Hint | null;
  /** WeChat refused the appid: nobody calls for it before. */
  readonly pausedUntil: Date | null;
}

export interface PlatformBudget extends BudgetView {
  /** All lanes together; null: no limit. */
  readonly cap: number | null;
  /** Calls of the cap that only the daily run may use. */
  readonly dailyReserve: number | null;
}

/** Where the numbers of budgets are. */
@Injectable()
export class BudgetStore {
  constructor(
    readonly counts: BudgetRepository,
    readonly hints: QuotaHintRepository,
  ) {}
}

/** What was called for today and what may be, for people to read. */
@Injectable()
export class BudgetViews {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly platforms: PlatformService,
    private readonly budgets: Budgets,
    private readonly store: BudgetStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `account_not_found`. The numbers are the appid's, on all platforms together. */
  async ofAccount(reach: Reach, publicId: string): Promise<AccountBudget> {
    const { appid } = await this.accounts.getInReach(reach, publicId);
    const now = this.clock.now();
    const hint = await this.store.hints.find(appid);
    const cap = bulkCap(this.budgets.caps, hint?.dailyLimit ?? null);
    return {
      appid,
      ...(await this.view(appid, now)),
      bulkCap: cap === 0 ? null : cap,
      hint,
      pausedUntil: await this.store.counts.pausedUntil(appid, now),
    };
  }

  /** Throws `platform_not_found`. */
  async ofPlatform(reach: Reach, id: string): Promise<PlatformBudget> {
    await this.platforms.get(reach, id);
    const { caps } = this.budgets;
    const isLimited = caps.platformCalls > 0;
    return {
      ...(await this.view(id, this.clock.now())),
      cap: isLimited ? caps.platformCalls : null,
      dailyReserve: isLimited ? caps.platformCalls - unreserved(caps) : null,
    };
  }

  private async view(subject: string, now: Date): Promise<BudgetView> {
    const day = shanghaiDay(now);
    const { used } = await this.store.counts.spent([subject], [], day);
    return { day, resetsAt: budgetEnd(now), used: used.get(subject) ?? {} };
  }
}
