import { Clock } from '@app/kernel';
import { type Batch } from '@app/platform';
import { Injectable, Logger } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository';
import { contentHash, type SealedEvent } from './audit-policy';
import { proofWith } from './audit-purge-policy';
import { AuditPurgeRepository, type LoggedPurge } from './audit-purge.repository';

/** Empties what the log says about a merchant that left: places and hashes stay, and a sealed proof of which ones it were. */
@Injectable()
export class AuditPurging {
  private readonly logger = new Logger(AuditPurging.name);

  constructor(
    private readonly chains: AuditChainRepository,
    private readonly purges: AuditPurgeRepository,
    private readonly clock: Clock,
  ) {}

  /** How many events the caller's transaction empties, with the proof of all so far. Null: some are not sealed yet. */
  async empty(batch: Batch, purge: LoggedPurge, most: number): Promise<number | null> {
    const about = await this.purges.chainsAbout(batch, purge.merchantId);
    if (about.some(({ open }) => open > 0)) return null;
    for (const { chain } of about) {
      const emptied = await this.emptyOf(batch, chain, purge, most);
      if (emptied > 0) return emptied;
    }
    return 0;
  }

  private async emptyOf(batch: Batch, chain: string, { id, merchantId }: LoggedPurge, most: number): Promise<number> {
    // Neither ageing nor sealing meanwhile.
    await this.chains.lock(batch, chain);
    const before = await this.purges.proof(batch, chain, id);
    const found = await this.purges.sealedAbout(batch, { merchantId, chain, after: before.seq, count: most });
    const events = found.filter((event) => this.isAsSealed(event, chain));
    if (events.length === 0) return 0;
    this.purges.empty(
      batch,
      id,
      events.map((event) => event.id),
      this.clock.now(),
    );
    this.purges.put(batch, chain, id, events.reduce(proofWith, before));
    return events.length;
  }

  /** What somebody changed stays as it is: emptied, nobody would see that it was. */
  private isAsSealed(event: SealedEvent, chain: string): boolean {
    const isSame = contentHash(event).equals(event.contentHash);
    if (!isSame) this.logger.error({ msg: 'a changed audit event was not emptied', chain, seq: event.seq });
    return isSame;
  }
}
