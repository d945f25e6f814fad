import { KeyRing, type SealedColumn } from '@app/kernel';
import { type DataSource } from 'typeorm';
import { config } from '../config/load-config';
import { ProcessConfig } from '../config/platform.config';
import { Transactions } from '../database/transactions';
import { openWhenReady, schemaMissing } from '../database/upstream-check';
import { KeyRingCheck } from './key-ring-check';
import { SealedRowsRepository } from './sealed-rows.repository';
import { SealingKeyRepository } from './sealing-key.repository';
import { SealingPresence } from './sealing-presence';
import { SealingProcessRepository } from './sealing-process.repository';

/** A process that joined; `leave` after its last write. */
export interface Joined {
  readonly presence: SealingPresence;
  leave(): Promise<void>;
}

/**
 * Joins the processes that seal, before this one serves or works. On a connection of its own: what it says must not wait
 * behind a busy pool, and is taken back after the pool is closed. Throws what `SealingPresence.join` throws.
 */
export async function joinSealing(
  program: string,
  columns: readonly SealedColumn[],
  onRetired: () => void,
): Promise<Joined> {
  const ring = KeyRing.parse(config(ProcessConfig).SECRET_KEYS);
  const dataSource = await openWhenReady();
  const presence = presenceOn(dataSource, ring);
  try {
    await presence.join(program, columns, onRetired);
  } catch (error) {
    await dataSource.destroy();
    throw schemaMissing(error);
  }
  const leave = async (): Promise<void> => {
    try {
      await presence.leave();
      await dataSource.destroy();
    } catch {
      // The database is away: the others stop counting us after a while.
    }
  };
  return { presence, leave };
}

function presenceOn(dataSource: DataSource, ring: KeyRing): SealingPresence {
  const keys = new SealingKeyRepository(dataSource);
  const check = new KeyRingCheck(ring, keys, new SealedRowsRepository(dataSource));
  const processes = new SealingProcessRepository(dataSource);
  return new SealingPresence(ring, check, keys, processes, new Transactions(dataSource));
}
