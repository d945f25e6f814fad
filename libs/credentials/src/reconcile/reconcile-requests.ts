import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@app/kernel';
import { Jobs, Transactions } from '@app/platform';
import { runReconcile } from '../credentials.jobs';
import { reconcileOpen } from './reconcile.errors';
import { ReconcileRunRepository } from './reconcile-run.repository';
import { recoverySlots } from './schedule-policy';

/** Asks for runs: row first, job second. */
@Injectable()
export class ReconcileRequests {
  constructor(
    private readonly runs: ReconcileRunRepository,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** A run that a person asks for; returns its id. Throws `reconcile_open` while the last one of its kind is not over. */
  async demand(platformId: string, askedBy: string, dryRun: boolean): Promise<string> {
    const now = this.clock.now();
    const run = { id: newId('rec'), platformId, cause: 'demand', askedBy, dueAt: now, dryRun } as const;
    await this.transactions.run(async (manager) => {
      await this.runs.lockPlatform(manager, platformId);
      const open = await this.runs.findOpenDemand(manager, platformId, dryRun);
      if (open !== null && open !== run.id) throw reconcileOpen(open);
      if (!(await this.runs.insert(run, now, manager))) throw reconcileOpen(null);
    });
    await this.jobs.enqueue(runReconcile, { runId: run.id });
    return run.id;
  }

  /**
   * A refresh token is refused and INFO knows no other: LIST may. However many accounts ask, one run reads it in ten minutes;
   * when that one has begun already, the next ten minutes' run does. A run that waits (LIST may be parked) serves as well.
   */
  async recovery(platformId: string): Promise<void> {
    if (await this.runs.isOneWaiting(platformId)) return;
    const now = this.clock.now();
    const { at, next } = recoverySlots(now);
    const asked = { platformId, cause: 'recovery', askedBy: null, dryRun: false } as const;
    const runId = newId('rec');
    if (await this.runs.insert({ ...asked, id: runId, dueAt: at }, now)) {
      await this.jobs.enqueue(runReconcile, { runId });
      return;
    }
    if (await this.runs.isOneWaiting(platformId)) return;
    await this.runs.insert({ ...asked, id: newId('rec'), dueAt: next }, now);
  }
}
