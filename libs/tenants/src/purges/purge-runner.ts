import { randomUUID } from 'node:crypto';
import { Clock } from '@app/kernel';
import { BatchedTransactions, databaseErrorCode, type Batch } from '@app/platform';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AuditPurging } from '../audit/audit-purging';
import { MerchantPurgeRepository, type Holder, type PurgeRow } from './merchant-purge.repository';
import { type MerchantRemains, type Removal } from './merchant-remains';
import { removedWith, stageOf, type Removed } from './purge-policy';
import { purgeLost } from './purge.errors';

/** What all libs have of a merchant, in the order in which it goes. */
export const MERCHANT_REMAINS = Symbol('MERCHANT_REMAINS');

/** A dead worker's purge is free again after this; a living one prolongs it with each piece. */
const LEASE_MS = 60_000;
const TOGETHER = 10;
/** Rows of one statement. */
const MOST = 5_000;
const EVENTS = 500;

/**
 * Carries purges out, piece by piece, in whatever process. Each piece, its count and the lease are one transaction, and all of it can
 * be begun anew: what was removed is not found again. So a process may die anywhere.
 */
@Injectable()
export class PurgeRunner implements OnModuleDestroy {
  private readonly logger = new Logger(PurgeRunner.name);
  private isStopping = false;

  constructor(
    private readonly purges: MerchantPurgeRepository,
    @Inject(MERCHANT_REMAINS) private readonly remains: MerchantRemains,
    private readonly audit: AuditPurging,
    private readonly transactions: BatchedTransactions,
    private readonly clock: Clock,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** All that are open, each once. */
  async sweep(): Promise<void> {
    for (let after = ''; ;) {
      const ids = await this.purges.listOpen(this.clock.now(), after, TOGETHER);
      for (const id of ids) await this.carryOn({ id, owner: randomUUID() });
      const last = ids.at(-1);
      if (last === undefined || this.isStopping) return;
      after = last;
    }
  }

  private async carryOn(holder: Holder): Promise<void> {
    if (this.isStopping || !(await this.purges.take(holder, LEASE_MS, this.clock.now()))) return;
    try {
      await this.goOn(holder);
    } catch (err) {
      // Something came in after its kind had been removed: the next sweep begins anew.
      const isLate = databaseErrorCode(err) === 'ER_ROW_IS_REFERENCED_2';
      this.logger[isLate ? 'log' : 'warn']({ msg: 'purge not finished, it goes on', purge: holder.id, err });
    } finally {
      await this.purges.release(holder);
    }
  }

  private async goOn(holder: Holder): Promise<void> {
    const purge = await this.purges.find(holder.id);
    if (!purge) return;
    const { stage } = stageOf(purge, this.clock.now());
    const { doors, rows, traces } = this.remains;
    if (stage === 'rows' && (await this.removeAll([...doors, ...rows], holder, purge))) await this.bury(holder, purge);
    if (stage === 'traces' && (await this.removeAll(traces, holder, purge))) await this.emptyLog(holder, purge);
  }

  private async bury(holder: Holder, { id, merchantId }: PurgeRow): Promise<void> {
    const isGone = await this.held(holder, async (batch, removed) => {
      if (!(await this.purges.bury(batch, holder, merchantId, this.clock.now()))) return false;
      await this.purges.note(batch, holder, removedWith(removed, 'merchant', 1), LEASE_MS);
      return true;
    });
    this.logger.log({ msg: isGone ? 'merchant gone' : 'somebody joined meanwhile', purge: id, merchant: merchantId });
  }

  /** False when the process ends. */
  private async removeAll(removals: readonly Removal[], holder: Holder, purge: PurgeRow): Promise<boolean> {
    for (const removal of removals) {
      const leaving = { purgeId: purge.id, ...purge, now: this.clock.now() };
      const isOver = await this.repeat(holder, removal.table, (batch) => removal.remove(batch, leaving, MOST));
      if (!isOver) return false;
    }
    return true;
  }

  /** The log comes last: only what is sealed into its chain can be emptied with a proof. */
  private async emptyLog(holder: Holder, purge: PurgeRow): Promise<void> {
    const chains = await this.audit.chains(purge.merchantId);
    for (const chain of chains ?? [])
      if (!(await this.repeat(holder, 'audit_event', (batch) => this.audit.empty(batch, chain, purge, EVENTS)))) return;
    if (!chains) return;
    await this.held(holder, (batch) => this.purges.finish(batch, holder, this.clock.now()));
    this.logger.log({ msg: 'merchant purged', purge: purge.id, merchant: purge.merchantId });
  }

  private async repeat(
    holder: Holder,
    table: string | null,
    piece: (batch: Batch) => Promise<number>,
  ): Promise<boolean> {
    for (;;) {
      if (this.isStopping) return false;
      const count = await this.held(holder, async (batch, removed) => {
        const some = await piece(batch);
        const after = table === null || some === 0 ? removed : removedWith(removed, table, some);
        // Looking through a large table for nothing takes its time, too.
        await this.purges.note(batch, holder, after, LEASE_MS);
        return some;
      });
      if (count === 0) return true;
    }
  }

  /** One transaction that commits only while the purge is ours. Throws `purge_lost`. */
  private held<T>(holder: Holder, work: (batch: Batch, removed: Removed) => Promise<T>): Promise<T> {
    return this.transactions.run(async (batch) => {
      const removed = await this.purges.hold(batch, holder);
      if (!removed) throw purgeLost();
      return work(batch, removed);
    });
  }
}
