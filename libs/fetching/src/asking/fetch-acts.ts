import { type AppError, Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type Reach } from '@app/tenants';
import { Injectable, Logger } from '@nestjs/common';
import { FetchViews } from '../fetch-view.service';
import { fetchNotFound, fetchOver, nothingToRetry } from '../fetching.errors';
import { actVerdict, type FetchAct } from './fetch-act-policy';
import { FetchActRepository } from './fetch-act.repository';

const FETCHES_A_SWEEP = 20;
const REFUSALS: Readonly<Record<FetchAct, () => AppError>> = { cancel: fetchOver, retry: nothingToRetry };

/** Cancel and retry, at any moment of a fetch: its first tasks at once, the others page by page, in whatever process. */
@Injectable()
export class FetchActs {
  private readonly logger = new Logger(FetchActs.name);

  constructor(
    private readonly views: FetchViews,
    private readonly fetches: FetchActRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Tasks that are not over end as `cancelled`, running ones too: what WeChat answers them is stored all the same. Does
   * nothing the second time. Throws `fetch_not_found`, and conflict `fetch_over` when nothing is left to cancel.
   */
  cancel(reach: Reach, id: string): Promise<void> {
    return this.act('cancel', reach, id);
  }

  /**
   * Tasks that failed or were cancelled are planned again, due now; others go on. Throws `fetch_not_found`, and conflict
   * `nothing_to_retry`.
   */
  retry(reach: Reach, id: string): Promise<void> {
    return this.act('retry', reach, id);
  }

  /** One page of each of some fetches. Returns how many went on. */
  async sweep(): Promise<number> {
    let moved = 0;
    for (const id of await this.fetches.inProgress(FETCHES_A_SWEEP)) {
      try {
        if (await this.goOn(id)) moved++;
      } catch (err) {
        this.logger.warn({ msg: 'cancel or retry not gone on', fetchId: id, err });
      }
    }
    return moved;
  }

  private async act(act: FetchAct, reach: Reach, id: string): Promise<void> {
    if (!(await this.views.isVisible(reach, id))) throw fetchNotFound();
    const now = this.clock.now();
    await this.transactions.run(async (manager) => {
      const fetch = await this.fetches.lock(manager, id);
      if (!fetch) throw fetchNotFound();
      const verdict = actVerdict(act, {
        act: fetch.act,
        isCancelled: fetch.cancelledAt !== null,
        isExpanded: fetch.expandedAt !== null,
        hasTasks: await this.fetches.hasTasks(manager, id, act),
      });
      if (verdict === 'nothing_to_do') throw REFUSALS[act]();
      if (verdict === 'done_before') return;
      await this.fetches.begin(manager, id, act, now);
      await this.fetches.page(manager, id, act, 0, now);
    });
  }

  private goOn(id: string): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      const fetch = await this.fetches.lock(manager, id, true);
      if (fetch?.act == null) return false;
      await this.fetches.page(manager, id, fetch.act, fetch.actAfter, this.clock.now());
      return true;
    });
  }
}
