import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { Jobs } from '@app/platform';
import { accountUsable } from '../credentials.jobs';
import { AuthorizerList } from './authorizer-list';
import { inLanes } from './in-lanes';
import { InfoSteps } from './info-steps';
import { doubtOf, planReconcile, type ReconcileAction, type SeenAccount, type Step } from './reconcile-policy';
import { type RunRow } from './reconcile-run.repository';
import { ReconcileRowsRepository } from './reconcile-rows.repository';
import { listDoubted, listIncomplete } from './reconcile.errors';
import { RowRepair } from './row-repair';
import { type Outcome, type RunProgress } from './run-progress';

/** Steps under way at once. */
const LANES = 8;
const TOLD_AT_ONCE = 200;
/** After so many failed INFO calls the rest is left to the next run. */
const MAX_FAILED = 20;

/** What a run does, from its snapshot to its last step. */
@Injectable()
export class ReconcileWork {
  private readonly logger = new Logger(ReconcileWork.name);

  constructor(
    private readonly rows: ReconcileRowsRepository,
    private readonly list: AuthorizerList,
    private readonly repair: RowRepair,
    private readonly info: InfoSteps,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Why a part was not done, null when all was. Throws what LIST throws, before anything is written, and what `alive` throws.
   * @param alive throws when this holder is to stop
   */
  async perform(run: RunRow, progress: RunProgress, alive: () => void): Promise<unknown> {
    const { counts } = progress;
    const seen = await this.rows.read(run.platformId);
    const listing = await this.list.read(run.platformId, () => {
      counts.listCalls++;
      alive();
    });
    const otherKinds = await this.info.readOtherKinds(run.platformId);
    const departed = await this.info.readDeparted(run.platformId, [
      ...listing.accounts.keys(),
      ...seen.map(({ appid }) => appid),
    ]);
    const steps = planReconcile(seen, listing, { cause: run.cause, otherKinds, departed });
    counts.listed = listing.accounts.size;
    counts.stored = seen.length;
    counts.inOrder = seen.length - steps.filter((step) => step.seen !== null).length;
    const failure = await this.apply(run, steps, progress, alive);
    return failure ?? (listing.complete ? null : listIncomplete());
  }

  /** Those whose merchant left since they were found are not named. */
  async forgetDeparted({ platformId }: RunRow, progress: RunProgress): Promise<void> {
    const named = progress.findings.map(({ appid }) => appid);
    if (named.length > 0) progress.leaveOut(await this.info.readDeparted(platformId, named));
  }

  private async apply(run: RunRow, steps: readonly Step[], progress: RunProgress, alive: () => void): Promise<unknown> {
    if (run.dryRun === 1) {
      for (const step of steps) progress.note(step, 'planned');
      return null;
    }
    const of = (...actions: ReconcileAction[]): Step[] => steps.filter(({ action }) => actions.includes(action));
    const stored: SeenAccount[] = [];
    try {
      await inLanes(of('repair', 'restore'), LANES, async (step) => {
        alive();
        const isStored = await this.repair.storeToken(run.platformId, step);
        progress.note(step, isStored ? 'done' : 'left_alone');
        if (isStored && step.seen) stored.push(step.seen);
      });
    } finally {
      await this.tellUsable(stored);
    }
    // Sets were withdrawn with a cancellation: INFO tells those of the new authorization.
    const restored = of('restore').filter(({ seen }) => seen?.state === 'revoked' && stored.includes(seen));
    for (const step of of('flag')) {
      alive();
      progress.note(step, (await this.repair.flag(run.platformId, step)) ? 'done' : 'left_alone');
    }
    for (const step of of('leave')) progress.note(step, 'left_alone');
    const failure = await this.askInfo(run.platformId, [...restored, ...of('adopt')], progress, alive);
    if (isUsedUp(failure)) return failure;
    return (await this.askAbsent(run.platformId, of('ask'), progress, alive)) ?? failure;
  }

  private async askAbsent(
    platformId: string,
    steps: readonly Step[],
    progress: RunProgress,
    alive: () => void,
  ): Promise<unknown> {
    const doubt = doubtOf(steps, progress.counts.stored);
    if (!doubt) return this.askInfo(platformId, steps, progress, alive);
    const { ended } = progress.counts;
    const failure = await this.askInfo(platformId, doubt.sample, progress, alive);
    const isBelieved = progress.counts.ended > ended;
    const others = steps.filter((step) => !doubt.sample.includes(step));
    if (isBelieved) return (await this.askInfo(platformId, others, progress, alive)) ?? failure;
    for (const step of doubt.rest) progress.note({ ...step, because: 'list_doubted' }, 'left_alone');
    const known = others.filter((step) => !doubt.rest.includes(step));
    return (await this.askInfo(platformId, known, progress, alive)) ?? failure ?? listDoubted();
  }

  private async tellUsable(accounts: readonly SeenAccount[]): Promise<void> {
    for (let from = 0; from < accounts.length; from += TOLD_AT_ONCE) {
      const some = accounts.slice(from, from + TOLD_AT_ONCE);
      await this.jobs.enqueueMany(
        accountUsable,
        some.map(({ id }) => ({ accountId: id })),
      );
    }
  }

  /** The failure that kept it from going on, or the last one. */
  private async askInfo(
    platformId: string,
    steps: readonly Step[],
    progress: RunProgress,
    alive: () => void,
  ): Promise<unknown> {
    let failure: unknown = null;
    let failures = 0;
    await inLanes(steps, LANES, async (step) => {
      if (isUsedUp(failure) || failures >= MAX_FAILED) return;
      alive();
      progress.counts.infoCalls++;
      try {
        const outcome = await this.infoStep(platformId, step);
        if (outcome !== null) progress.note(step, outcome);
      } catch (error) {
        failure = isUsedUp(failure) ? failure : error;
        failures++;
        this.logger.warn({ msg: 'reconcile: INFO not read', platformId, appid: step.appid, err: error });
        if (step.action !== 'restore') progress.note(step, 'failed');
      }
    });
    return failure;
  }

  private async infoStep(platformId: string, step: Step): Promise<Outcome | null> {
    if (step.action === 'adopt') return this.info.adopt(platformId, step);
    if (step.action === 'ask') return this.info.ask(step);
    await this.info.read(step);
    return null;
  }
}

function isUsedUp(error: unknown): boolean {
  return error instanceof AppError && error.kind === 'limited';
}
