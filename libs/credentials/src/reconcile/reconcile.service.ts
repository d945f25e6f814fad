import { Injectable } from '@nestjs/common';
import { keyAfter, pageOf, type Page, type PageRequest, type Principal, type Reach } from '@app/tenants';
import { platformNotFound } from '../platforms/platform.errors';
import { PlatformRepository } from '../platforms/platform.repository';
import { reconcileNotFound } from './reconcile.errors';
import { ReconcileRequests } from './reconcile-requests';
import { type RunCause, type RunState } from './reconcile-run.entity';
import { ReconcileRunRepository, type RunRow } from './reconcile-run.repository';
import { readCounts, readError, readFindings, type Finding, type RunCounts, type RunError } from './run-progress';

/** A run as people see it. */
export interface RunView {
  readonly id: string;
  readonly platformId: string;
  readonly cause: RunCause;
  readonly askedBy: string | null;
  readonly dryRun: boolean;
  readonly state: RunState;
  readonly dueAt: Date;
  /** When it is tried next; null unless it waits. */
  readonly tryAt: Date | null;
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly counts: RunCounts;
  readonly error: RunError | null;
}

/** Reconcile runs as seen from somebody's reach. */
@Injectable()
export class ReconcileService {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly runs: ReconcileRunRepository,
    private readonly requests: ReconcileRequests,
  ) {}

  /** Throws `platform_not_found`, `reconcile_open`. */
  async start(principal: Principal, reach: Reach, platformId: string, dryRun: boolean): Promise<RunView> {
    await this.ensurePlatform(reach, platformId);
    const id = await this.requests.demand(platformId, principal.userId, dryRun);
    return (await this.get(reach, id)).run;
  }

  /** The newest first. Throws `platform_not_found`, `cursor_invalid`. */
  async list(reach: Reach, platformId: string, request: PageRequest): Promise<Page<RunView>> {
    await this.ensurePlatform(reach, platformId);
    const rows = await this.runs.listOf(platformId, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: page.items.map(view) };
  }

  /** With what it found. Throws `reconcile_not_found`. */
  async get(reach: Reach, id: string): Promise<{ readonly run: RunView; readonly findings: readonly Finding[] }> {
    const row = await this.runs.find(id);
    if (!row || !(await this.platforms.findInReach(reach, row.platformId))) throw reconcileNotFound();
    return { run: view(row), findings: readFindings(row.findings) };
  }

  private async ensurePlatform(reach: Reach, platformId: string): Promise<void> {
    if (!(await this.platforms.findInReach(reach, platformId))) throw platformNotFound();
  }
}

function view(row: RunRow): RunView {
  const { id, platformId, cause, askedBy, state, dueAt, attempts, startedAt, endedAt } = row;
  return {
    ...{ id, platformId, cause, askedBy, state, dueAt, attempts, startedAt, endedAt },
    dryRun: row.dryRun === 1,
    tryAt: state === 'waiting' ? row.tryAt : null,
    counts: readCounts(row.counts),
    error: readError(row.error),
  };
}
