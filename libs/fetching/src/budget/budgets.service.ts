import { Gather, shanghaiDay, type ShanghaiDate } from '@app/kernel';
import { Jobs, type Batch } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { FetchingConfig } from '../fetching.config';
import { readQuotaHint } from '../fetching.jobs';
import { LANE, type Lane } from '../task-states';
import {
  budgetEnd,
  budgetVerdicts,
  isLimited,
  isNearCap,
  type BudgetVerdict,
  type Caps,
  type Used,
} from './budget-policy';
import { BudgetRepository, type Count, type Spent } from './budget.repository';

/** An account as budgets see it. */
export interface BudgetedAccount {
  readonly id: number;
  readonly appid: string;
  readonly platformId: string;
}

interface Subject {
  readonly appid: string;
  readonly platformId: string;
  readonly day: ShanghaiDate;
}

/** What may be called for on one day, as far as was read. */
export interface DayBudget {
  /** Before this it need not be read again: nobody else calls for these appids meanwhile. */
  readonly holdsUntil: Date;
  /**
   * Account id → may one call of the lane be made for it now, and if not, until when. In the order given: each one let
   * through counts for those behind it, and for later verdicts.
   */
  verdicts(accounts: readonly BudgetedAccount[]): Map<number, BudgetVerdict>;
}

/** A call that reached WeChat. */
export interface SpentCall {
  readonly appid: string;
  readonly platformId: string;
  readonly lane: Lane;
  readonly calledAt: Date;
}

const UNLIMITED: DayBudget = { holdsUntil: new Date(0), verdicts: () => new Map() };
const NOTHING_SPENT: Spent = { used: new Map(), hints: new Map() };

/** What may be called for today, and what was. */
@Injectable()
export class Budgets {
  private readonly spent = new Gather<Subject, ReadonlyMap<ShanghaiDate, Spent>>((subjects) => this.read(subjects));

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
  count(batch: Batch, calls: readonly SpentCall[]): void {
    const counts = new Map<string, Count>();
    for (const { appid, platformId, lane, calledAt } of calls) {
      const day = shanghaiDay(calledAt);
      for (const subject of [appid, platformId]) {
        const key = `${subject} ${day} ${lane}`;
        counts.set(key, { subject, day, lane, calls: (counts.get(key)?.calls ?? 0) + 1 });
      }
    }
    this.repository.add(
      batch,
      [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count),
    );
  }

  /**
   * Of accounts that want calls and are in flight for one turn. Rounds of several turns read together.
   * @param last of the same accounts, or more
   */
  async ofDay(
    accounts: readonly BudgetedAccount[],
    lane: Lane,
    now: Date,
    last: DayBudget | null = null,
  ): Promise<DayBudget> {
    if (accounts.length === 0 || !isLimited(lane, this.caps)) return UNLIMITED;
    if (last !== null && now < last.holdsUntil) return last;
    const day = shanghaiDay(now);
    const read = await this.spent.ask(accounts.map(({ appid, platformId }) => ({ appid, platformId, day })));
    const { used, hints } = read.get(day) ?? NOTHING_SPENT;
    if (lane === LANE.bulk) await this.wantHints(accounts, { used, hints }, now);
    // Other turns call on the same platform: where that is limited, the next round reads anew.
    const holdsUntil = this.caps.platformCalls > 0 ? now : budgetEnd(now);
    return { holdsUntil, verdicts: verdictsOf({ used: new Map(used), hints }, lane, this.caps, now) };
  }

  private async read(subjects: readonly Subject[]): Promise<ReadonlyMap<ShanghaiDate, Spent>> {
    const spent = new Map<ShanghaiDate, Spent>();
    for (const day of new Set(subjects.map((subject) => subject.day))) {
      const ofDay = subjects.filter((subject) => subject.day === day);
      const appids = new Set(ofDay.map(({ appid }) => appid));
      const platformIds = new Set(ofDay.map(({ platformId }) => platformId));
      spent.set(day, await this.repository.spent([...appids], [...platformIds], day));
    }
    return spent;
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

function verdictsOf(
  { used, hints }: { used: Map<string, Used>; hints: Spent['hints'] },
  lane: Lane,
  caps: Caps,
  now: Date,
): DayBudget['verdicts'] {
  const count = (subject: string): void => {
    const ofSubject = used.get(subject) ?? {};
    used.set(subject, { ...ofSubject, [lane]: (ofSubject[lane] ?? 0) + 1 });
  };
  return (accounts) => {
    const wishes = accounts.map(({ appid, platformId }) => ({
      appid,
      platformId,
      dailyLimit: hints.get(appid)?.dailyLimit ?? null,
    }));
    const verdicts = budgetVerdicts(wishes, lane, used, caps, now);
    for (const [i, { appid, platformId }] of wishes.entries()) {
      if (verdicts[i]?.open !== true) continue;
      count(appid);
      count(platformId);
    }
    return new Map(accounts.map(({ id }, i) => [id, verdicts[i] ?? { open: true }]));
  };
}
