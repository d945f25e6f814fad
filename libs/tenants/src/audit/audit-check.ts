import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AuditChainRepository, type ChainEnd } from './audit-chain.repository';
import { faultOf, NO_HEAD, type ChainFault, type ChainHead } from './audit-policy';

/** What became of a chain. `tail_missing`: its last events are gone. `end_forged`: where it ends was not written by us. */
export interface ChainReport {
  readonly chain: string;
  /** Sealed events that are in order, and how many of them were purged. */
  readonly events: number;
  readonly purged: number;
  /** Hex of the last hash in order: whoever keeps it elsewhere can tell later that nothing before it was changed. */
  readonly head: string;
  /** Null: the chain is whole. `at`: the place from which on it is not. */
  readonly fault: { readonly at: number; readonly because: ChainFault | 'tail_missing' | 'end_forged' } | null;
}

const TOGETHER = 1_000;

/** Looks whether events were removed or changed after they were sealed. */
@Injectable()
export class AuditCheck {
  constructor(private readonly chains: AuditChainRepository) {}

  /** Reads the whole chain. */
  async examine(chain: string): Promise<ChainReport> {
    const end = await this.endOf(chain);
    let head: ChainHead = NO_HEAD;
    let purged = 0;
    const report = (fault: ChainReport['fault']): ChainReport => ({
      ...{ chain, events: head.seq, purged, head: head.hash.toString('hex'), fault },
    });
    for (;;) {
      const events = await this.chains.sealedAfter(chain, head.seq, TOGETHER);
      for (const event of events) {
        const because = faultOf(event, head);
        if (because !== null) return report({ at: head.seq + 1, because });
        head = { seq: event.seq, hash: event.hash };
        if (event.purgedAt !== null) purged++;
      }
      if (events.length < TOGETHER) break;
    }
    if (end === 'forged') return report({ at: head.seq, because: 'end_forged' });
    // More may have been sealed since the end was read.
    if (head.seq < end.seq) return report({ at: head.seq + 1, because: 'tail_missing' });
    return report(null);
  }

  private async endOf(chain: string): Promise<ChainHead | 'forged'> {
    try {
      const end: ChainEnd | null = await this.chains.find(chain);
      if (end) return end;
      const sealed = await this.chains.sealedAfter(chain, 0, 1);
      return sealed.length > 0 ? 'forged' : NO_HEAD;
    } catch (error) {
      if (error instanceof AppError && error.code === 'sealed_value_invalid') return 'forged';
      throw error;
    }
  }
}
