import { Injectable } from '@nestjs/common';
import { KeyRing, type SealedColumn } from '@app/kernel';
import { Transactions } from '../database/transactions';
import { retirementVerdict } from './key-ring-policy';
import { SealedRowsRepository } from './sealed-rows.repository';
import { SealingKeyRepository } from './sealing-key.repository';
import { SealingProcessRepository } from './sealing-process.repository';
import { sealingRefusal } from './sealing.errors';

/** Takes a key out of use for good. */
@Injectable()
export class KeyRetirement {
  constructor(
    private readonly ring: KeyRing,
    private readonly keys: SealingKeyRepository,
    private readonly processes: SealingProcessRepository,
    private readonly rows: SealedRowsRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Throws `key_unknown`, `key_seals_here`, `rows_left`, `peer_seals`. */
  async retire(keyId: string, columns: readonly SealedColumn[]): Promise<'retired' | 'retired_before'> {
    return this.transactions.run(async (manager) => {
      // A process that begins to seal with this key claims the same row: it is either seen here, or refused there.
      const row = await this.keys.findLocked(manager, keyId);
      // Processes before rows: one that leaves in between has written its last row by then.
      const peers = await this.processes.listOthers('', manager);
      const rows = [];
      for (const column of columns)
        rows.push({ table: column.table, count: await this.rows.count(column, keyId, manager) });
      const known = row && { isRetired: row.retiredAt !== null };
      const verdict = retirementVerdict(keyId, known, this.ring, { rows, peers });
      if (!verdict.ok) throw sealingRefusal(verdict);
      await this.keys.retire(manager, keyId);
      return verdict.because === 'unused' ? 'retired' : 'retired_before';
    });
  }
}
