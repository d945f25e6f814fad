import { type ClockState } from '../clock/sandbox-clock';
import { type SavedQuota } from '../grants/quota';
import { type World } from '../world';
import { type SavedStore } from './store';

/** Raised when the meaning of a saved field changes; an older file is then refused instead of misread. */
const VERSION = 1;

interface SavedWorld {
  readonly version: number;
  readonly clock: ClockState;
  readonly faults: Record<string, unknown>;
  readonly quota: SavedQuota;
  readonly store: SavedStore;
}

export function saveWorld(world: World): SavedWorld {
  return {
    version: VERSION,
    clock: world.clock.save(),
    faults: world.faults.changes(),
    quota: world.quota.save(),
    store: world.store.save(),
  };
}

/** Throws Error for a file of another version. */
export function restoreWorld(world: World, document: unknown): void {
  const saved = document as SavedWorld;
  if (saved.version !== VERSION) throw new Error('the state file was written by another version of the sandbox');
  world.clock.restore(saved.clock);
  world.store.restore(saved.store);
  world.quota.restore(saved.quota);
  world.faults.merge(saved.faults);
}
