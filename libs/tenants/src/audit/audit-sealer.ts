import { Clock } from '@app/kernel';
import { BatchedTransactions } from '@app/platform';
import { Injectable, Logger } from '@nestjs/common';
import { AuditChainRepository, type Link } from './audit-chain.repository';
import { type AuditEvent } from './audit-event.entity';
import { contentHash, isSealable, linkHash, type ChainHead } from './audit-policy';

const TOGETHER = 500;

/** Seals events that are over into their chains, in whatever process: each holds the hash of the one before. */
@Injectable()
export class AuditSealer {
  private readonly logger = new Logger(AuditSealer.name);

  constructor(
    private readonly chains: AuditChainRepository,
    private readonly transactions: BatchedTransactions,
    private readonly clock: Clock,
  ) {}

  /** How many events it sealed. */
  async sweep(): Promise<number> {
    let sealed = 0;
    for (const chain of await this.chains.unsealed()) {
      try {
        for (let some = TOGETHER; some === TOGETHER; sealed += some) some = await this.seal(chain);
      } catch (err) {
        // A chain that was tampered with grows no further; the check tells where.
        this.logger.error({ msg: 'audit events not sealed', chain, err });
      }
    }
    return sealed;
  }

  private seal(chain: string): Promise<number> {
    return this.transactions.run(async (batch) => {
      const end = await this.chains.lock(batch, chain);
      const now = this.clock.now();
      const events = await this.chains.eventsAfter(batch, chain, end.lastId, TOGETHER);
      const open = events.findIndex((event) => !isSealable(event, now));
      const links = linked(end, open === -1 ? events : events.slice(0, open));
      this.chains.seal(batch, chain, end, links);
      const last = links.at(-1);
      // A witness outside of the database.
      if (last) this.logger.log({ msg: 'audit events sealed', chain, seq: last.seq, head: last.hash.toString('hex') });
      return links.length;
    });
  }
}

function linked(end: ChainHead, events: readonly AuditEvent[]): Link[] {
  const links: Link[] = [];
  let before = end;
  for (const event of events) {
    const seq = before.seq + 1;
    const content = contentHash(event);
    before = { seq, hash: linkHash(before.hash, seq, content) };
    links.push({ id: event.id, ...before, contentHash: content });
  }
  return links;
}
