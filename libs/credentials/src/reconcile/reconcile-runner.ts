import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { runLost } from './reconcile.errors';
import { ReconcileRunRepository, type RunRow, type RunWrite } from './reconcile-run.repository';
import { ReconcileWork } from './reconcile-work';
import { runError, RunProgress } from './run-progress';
import { afterFailure } from './schedule-policy';

/** A dead worker's run is free again after this; a living one prolongs it, however long WeChat takes. */
const LEASE_MS = 45_000;
const PROLONG_EVERY_MS = 15_000;
const MOST_HOLDERS = 8;

/** Works on one run while it holds the run's lease. */
@Injectable()
export class ReconcileRunner implements OnModuleDestroy {
  private readonly logger = new Logger(ReconcileRunner.name);
  private isStopping = false;

  constructor(
    private readonly runs: ReconcileRunRepository,
    private readonly work: ReconcileWork,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Does nothing when the run is over, not yet to be tried, somebody else's, or its platform has another one under way. */
  async run(runId: string): Promise<void> {
    const owner = randomUUID();
    const waiting = await this.runs.find(runId);
    if (!waiting) return;
    const end = JSON.stringify(runError(runLost()));
    if (await this.runs.endIfDeadly(runId, MOST_HOLDERS, end, this.clock.now())) return;
    const isTaken = await this.transactions.run(async (manager) => {
      await this.runs.lockPlatform(manager, waiting.platformId);
      return this.runs.take(manager, waiting, owner, LEASE_MS, this.clock.now());
    });
    const run = isTaken ? await this.runs.find(runId) : null;
    if (run) await this.hold(run, owner);
  }

  /** The process ends: runs are given back after the steps under way, for another worker to go on. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async hold(run: RunRow, owner: string): Promise<void> {
    const progress = new RunProgress(run);
    const lease = { isLost: false };
    const heartbeat = setInterval(() => void this.prolong(run, owner, progress, lease), PROLONG_EVERY_MS);
    const alive = (): void => {
      if (lease.isLost || this.isStopping) throw runLost();
    };
    try {
      const failure = await this.work.perform(run, progress, alive);
      const to = { state: failure === null ? 'done' : 'partial', endedAt: this.clock.now() } as const;
      await this.runs.release(run.id, owner, await this.written(run, progress, failure), to);
      this.logger.log({ msg: `reconcile ${to.state}`, run: run.id, platformId: run.platformId, ...progress.counts });
    } catch (error) {
      if (!lease.isLost) await this.giveUp(run, owner, progress, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async giveUp(run: RunRow, owner: string, progress: RunProgress, error: unknown): Promise<void> {
    const now = this.clock.now();
    if (this.isStopping) {
      await this.runs.release(run.id, owner, await this.written(run, progress, null), {
        state: 'waiting',
        tryAt: now,
        handedBack: true,
      });
      return;
    }
    const after = afterFailure(error, run.attempts, now);
    this.logger.warn({ msg: 'reconcile failed', run: run.id, platformId: run.platformId, ...after, err: error });
    const to = after.state === 'failed' ? { state: after.state, endedAt: now } : after;
    await this.runs.release(run.id, owner, await this.written(run, progress, error), to);
  }

  private async prolong(run: RunRow, owner: string, progress: RunProgress, lease: { isLost: boolean }): Promise<void> {
    try {
      const write = await this.written(run, progress, null);
      if (!(await this.runs.checkpoint(run.id, owner, write, LEASE_MS))) lease.isLost = true;
    } catch (err) {
      this.logger.warn({ msg: 'reconcile lease not prolonged', run: run.id, err });
    }
  }

  /** What was found of merchants that left meanwhile was taken out of the row: it does not come back into it. */
  private async written(run: RunRow, progress: RunProgress, failure: unknown): Promise<RunWrite> {
    await this.work.forgetDeparted(run, progress);
    return {
      counts: JSON.stringify(progress.counts),
      findings: JSON.stringify(progress.findings),
      error: failure === null ? null : JSON.stringify(runError(failure)),
    };
  }
}
