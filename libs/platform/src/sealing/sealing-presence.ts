import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type KeyRing, type SealedColumn } from '@app/kernel';
import { type Transactions } from '../database/transactions';
import { type KeyRingCheck } from './key-ring-check';
import { peersVerdict, type Peer } from './key-ring-policy';
import { type SealingKeyRepository } from './sealing-key.repository';
import { type SealingProcessRepository } from './sealing-process.repository';
import { sealingRefusal } from './sealing.errors';

const BEAT_MS = 5_000;

/** Tells the others that this process runs, and with which keys; so that nobody takes a key away that is in use. */
export class SealingPresence {
  private readonly id = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private self: Peer | undefined;

  constructor(
    private readonly ring: KeyRing,
    private readonly check: KeyRingCheck,
    private readonly keys: SealingKeyRepository,
    private readonly processes: SealingProcessRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Throws, and leaves nothing behind, when the ring does not fit the database (`key_missing`, `key_wrong`, `key_retired`)
   * or the processes that run (`peer_lacks_key`, `peer_key_missing`). `onRetired` is called when the sealing key is retired
   * later: this process was stopped for so long that it seemed to have ended, and may seal no more.
   */
  async join(
    program: string,
    columns: readonly SealedColumn[],
    onRetired: () => void,
    beatMs = BEAT_MS,
  ): Promise<void> {
    const { ids, sealingKeyId } = this.ring;
    this.self = { program, host: hostname(), pid: process.pid, ids, sealingKeyId };
    const ensure = async (): Promise<void> => {
      await this.check.ensureFits(columns);
      const verdict = peersVerdict(this.ring, await this.others());
      if (!verdict.ok) throw sealingRefusal(verdict);
    };
    await ensure();
    await this.check.remember();
    await this.enter(this.self);
    try {
      // Of two that start at once each has entered before it looks: at least one sees the other.
      await ensure();
    } catch (error) {
      await this.processes.remove(this.id);
      throw error;
    }
    await this.processes.forgetEnded();
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.beat(onRetired));
    }, beatMs).unref();
  }

  others(): Promise<Peer[]> {
    return this.processes.listOthers(this.id);
  }

  /** After the last write. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.processes.remove(this.id);
  }

  private async enter(self: Peer): Promise<void> {
    await this.transactions.run(async (manager) => {
      const isMine = await this.keys.claim(manager, self.sealingKeyId);
      if (!isMine) throw sealingRefusal({ ok: false, because: 'key_retired', keyId: self.sealingKeyId });
      await this.processes.add(manager, this.id, self);
    });
  }

  private async beat(onRetired: () => void): Promise<void> {
    try {
      if (await this.keys.isRetired(this.ring.sealingKeyId)) onRetired();
      else if (!(await this.processes.beat(this.id)) && this.self) await this.enter(this.self);
    } catch {
      // The database is away, so nothing can be sealed into it either; or the key was retired, which the next beat tells.
    }
  }
}
