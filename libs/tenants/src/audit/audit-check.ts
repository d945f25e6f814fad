import { AppError, Clock } from '@app/kernel';
import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository';
import { AuditPurgeRepository } from './audit-purge.repository';
import { differingAt, NOTHING_EMPTIED, proofWith, type PurgeProof } from './audit-purge-policy';
import { faultOf, NO_HEAD, type ChainEnd, type ChainFault, type ChainHead } from './audit-policy';

/**
 * What became of a chain. `tail_missing`: its last events are gone. `end_forged`: where it ends was not written by us;
 * `purge_forged`: nor what a purge emptied. `purge_differs`: other events are emptied than that purge left so.
 */
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
  readonly fault: { readonly at: number; readonly because: ChainFault | EndFault } | null;
}

type EndFault = 'tail_missing' | 'end_forged' | 'purge_forged' | 'purge_differs';

const TOGETHER = 1_000;
const OVERDUE_MS = 900_000;

/** Looks whether events were removed or changed after they were sealed. */
@Injectable()
export class AuditCheck {
  private readonly running = new Map<string, Promise<ChainReport>>();

  constructor(
    private readonly chains: AuditChainRepository,
    private readonly purges: AuditPurgeRepository,
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

  /** In one snapshot: what is emptied meanwhile is either not seen yet, or seen with its proof. */
  private read(chain: string): Promise<ChainReport> {
    return this.chains.snapshot(async (db) => {
      const overdue = await this.chains.overdue(db, chain, new Date(this.clock.now().getTime() - OVERDUE_MS));
      const walked = await this.walk(db, chain);
      const { head, purged, fault } = walked;
      return { chain, events: head.seq, purged, overdue, head: head.hash.toString('hex'), fault };
    });
  }

  private async walk(db: Queries, chain: string): Promise<Walked> {
    const found = new Map<string, PurgeProof>();
    let head: ChainHead = NO_HEAD;
    let purged = 0;
    const walked = (fault: ChainReport['fault']): Walked => ({ head, purged, fault });
    const end = await unforged(this.endOf(db, chain));
    if (end === 'forged') return walked({ at: 1, because: 'end_forged' });
    const purges = await unforged(this.purges.proofs(db, chain));
    if (purges === 'forged') return walked({ at: 1, because: 'purge_forged' });
    for (;;) {
      const events = await this.chains.sealedAfter(db, chain, head.seq, TOGETHER);
      for (const event of events) {
        const because = faultOf(event, head, { end, purges });
        if (because !== null) return walked({ at: head.seq + 1, because });
        head = { seq: event.seq, hash: event.hash };
        if (event.purgedAt !== null) purged++;
        if (event.purgeId !== null)
          found.set(event.purgeId, proofWith(found.get(event.purgeId) ?? NOTHING_EMPTIED, event));
      }
      if (events.length < TOGETHER) break;
    }
    if (head.seq < end.seq) return walked({ at: head.seq + 1, because: 'tail_missing' });
    const at = differingAt(purges, found);
    return walked(at === null ? null : { at, because: 'purge_differs' });
  }

  private async endOf(db: Queries, chain: string): Promise<ChainEnd | 'forged'> {
    const end = await this.chains.find(db, chain);
    if (end) return end;
    const sealed = await this.chains.sealedAfter(db, chain, 0, 1);
    return sealed.length > 0 ? 'forged' : NO_HEAD;
  }
}

interface Walked extends Pick<ChainReport, 'purged' | 'fault'> {
  readonly head: ChainHead;
}

async function unforged<T>(opened: Promise<T>): Promise<T | 'forged'> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof AppError && error.code === 'sealed_value_invalid') return 'forged';
    throw error;
  }
}
