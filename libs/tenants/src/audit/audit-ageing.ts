import { Clock } from '@app/kernel';
import { inSteps } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AuditEventRepository } from './audit-event.repository';
import { AuditConfig } from './audit.config';

const DAY_MS = 86_400_000;
const TOGETHER = 1_000;

/** Empties what old events say; the chain stays whole. */
@Injectable()
export class AuditAgeing {
  constructor(
    private readonly events: AuditEventRepository,
    private readonly config: AuditConfig,
    private readonly clock: Clock,
  ) {}

  /** How many events it emptied. */
  sweep(): Promise<number> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - this.config.AUDIT_DAYS * DAY_MS);
    return inSteps(TOGETHER, () => this.events.purgeBefore(before, now, TOGETHER));
  }
}
