import { Clock } from '@app/kernel';
import { inSteps } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { ReportsConfig } from '../reports.config';
import { RUNNING_MS } from './report-link-policy';
import { PRUNED_USES, ReportLinkUseRepository } from './report-link-use.repository';

const DAY_MS = 86_400_000;
/** Downloads one sweep ends. */
const ENDED = 50;

/** Ends downloads whose process died, and deletes the log and expired links by age. */
@Injectable()
export class ReportLinkPruner {
  constructor(
    private readonly uses: ReportLinkUseRepository,
    private readonly config: ReportsConfig,
    private readonly clock: Clock,
  ) {}

  /** How many rows went. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    for (const id of await this.uses.stale(new Date(now.getTime() - RUNNING_MS), ENDED))
      await this.uses.end(id, { outcome: 'broken_off', bytes: 0 }, now);
    const before = new Date(now.getTime() - this.config.REPORT_LINK_DAYS * DAY_MS);
    const uses = await inSteps(PRUNED_USES, () => this.uses.deleteUses(before));
    return uses + (await inSteps(PRUNED_USES, () => this.uses.deleteLinks(before)));
  }
}
