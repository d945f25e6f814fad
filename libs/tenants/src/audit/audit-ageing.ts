import { Clock } from '@app/kernel';
import { BatchedTransactions, inSteps } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditEventRepository } from './audit-event.repository';
import { AuditConfig } from './audit.config';

const DAY_MS = 86_400_000;
const TOGETHER = 1_000;

/** Empties what old events say, from the beginning of their chain on; how far is sealed with its end. */
@Injectable()
export class AuditAgeing {
  constructor(
    private readonly events: AuditEventRepository,
    private readonly chains: AuditChainRepository,
    private readonly transactions: BatchedTransactions,
    private readonly config: AuditConfig,
    private readonly clock: Clock,
  ) {}

  /** How many events it emptied. */
  async sweep(): Promise<number> {
    let emptied = 0;
    for (const chain of await this.chains.all()) emptied += await inSteps(TOGETHER, () => this.empty(chain));
    return emptied;
  }

  private empty(chain: string): Promise<number> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - this.config.AUDIT_DAYS * DAY_MS);
    return this.transactions.run(async (batch) => {
      const end = await this.chains.lock(batch, chain);
      const through = await this.events.oldThrough(batch, { chain, from: end.purgedThrough, before, most: TOGETHER });
      if (through === end.purgedThrough) return 0;
      this.events.purgeThrough(batch, chain, through, now);
      this.chains.endAt(batch, chain, { ...end, purgedThrough: through });
      return through - end.purgedThrough;
    });
  }
}
