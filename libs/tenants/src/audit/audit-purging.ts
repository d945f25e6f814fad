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
    private readonly ends: AuditChainRepository,
    private readonly purges: AuditPurgeRepository,
    private readonly clock: Clock,
  ) {}

  /** Chains that tell of the merchant. Null: not all of it is sealed yet. */
  async chains(merchantId: string): Promise<string[] | null> {
    const about = await this.purges.chainsAbout(merchantId);
    return about.some(({ open }) => open > 0) ? null : about.map(({ chain }) => chain);
  }

  /** How many events the caller's transaction empties, with the proof of all so far; 0: none is left. */
  async empty(batch: Batch, chain: string, { id, merchantId }: LoggedPurge, most: number): Promise<number> {
    // Neither ageing nor sealing meanwhile.
    await this.ends.lock(batch, chain);
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
