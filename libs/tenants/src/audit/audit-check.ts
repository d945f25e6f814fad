import { AppError, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository';
import { faultOf, NO_HEAD, type ChainEnd, type ChainFault, type ChainHead } from './audit-policy';

/** What became of a chain. `tail_missing`: its last events are gone. `end_forged`: where it ends was not written by us. */
export interface ChainReport {
  readonly chain: string;
  /** Sealed events that are in order, and how many of them were purged. */
  readonly events: number;
  readonly purged: number;
  /** Events that nobody has sealed for a quarter of an hour: no worker runs, or the chain was tampered with. */
  readonly overdue: number;
  /** Hex of the last hash in order: whoever keeps it elsewhere can tell later that nothing before it was changed. */
  readonly head: string;
  /** Null: the chain is whole. `at`: the place from which on it is not. */
  readonly fault: { readonly at: number; readonly because: ChainFault | 'tail_missing' | 'end_forged' } | null;
}

const TOGETHER = 1_000;
const OVERDUE_MS = 900_000;

/** Looks whether events were removed or changed after they were sealed. */
@Injectable()
export class AuditCheck {
  private readonly running = new Map<string, Promise<ChainReport>>();

  constructor(
    private readonly chains: AuditChainRepository,
    private readonly clock: Clock,
  ) {}

  /** Reads the whole chain, once for all who ask meanwhile. */
  examine(chain: string): Promise<ChainReport> {
    const running = this.running.get(chain);
    if (running) return running;
    const examination = this.read(chain).finally(() => this.running.delete(chain));
    this.running.set(chain, examination);
    return examination;
  }

  private async read(chain: string): Promise<ChainReport> {
    const end = await this.endOf(chain);
    const overdue = await this.chains.overdue(chain, new Date(this.clock.now().getTime() - OVERDUE_MS));
    let head: ChainHead = NO_HEAD;
    let purged = 0;
    const report = (fault: ChainReport['fault']): ChainReport => ({
      ...{ chain, events: head.seq, purged, overdue, head: head.hash.toString('hex'), fault },
    });
    if (end === 'forged') return report({ at: 1, because: 'end_forged' });
    for (;;) {
      const events = await this.chains.sealedAfter(chain, head.seq, TOGETHER);
      for (const event of events) {
        const because = faultOf(event, head, end);
        if (because !== null) return report({ at: head.seq + 1, because });
        head = { seq: event.seq, hash: event.hash };
        if (event.purgedAt !== null) purged++;
      }
      if (events.length < TOGETHER) break;
    }
    // More may have been sealed since the end was read.
    return report(head.seq < end.seq ? { at: head.seq + 1, because: 'tail_missing' } : null);
  }

  private async endOf(chain: string): Promise<ChainEnd | 'forged'> {
    try {
      const end = await this.chains.find(chain);
      if (end) return end;
      const sealed = await this.chains.sealedAfter(chain, 0, 1);
      return sealed.length > 0 ? 'forged' : NO_HEAD;
    } catch (error) {
      if (error instanceof AppError && error.code === 'sealed_value_invalid') return 'forged';
      throw error;
    }
  }
}
