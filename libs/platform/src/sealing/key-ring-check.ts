import { type KeyRing, Secret, SecretBox, type SealedColumn } from '@app/kernel';
import { config } from '../config/load-config';
import { ProcessConfig } from '../config/platform.config';
import { keyRingVerdict, type KnownKey } from './key-ring-policy';
import { type SealedRowsRepository } from './sealed-rows.repository';
import { type SealingKeyRepository, type KeyRow } from './sealing-key.repository';
import { sealingRefusal } from './sealing.errors';

const CHECK_TEXT = 'the key of this id';
const SAMPLES = 3;

/** Whether SECRET_KEYS fits what this database was sealed with. */
export class KeyRingCheck {
  constructor(
    private readonly ring: KeyRing,
    private readonly keys: SealingKeyRepository,
    private readonly rows: SealedRowsRepository,
  ) {}

  /** Throws `key_missing`, `key_wrong` or `key_retired`. Costs a few index dives, however many rows there are. */
  async ensureFits(columns: readonly SealedColumn[]): Promise<void> {
    const used = new Set<string>();
    for (const column of columns) for (const id of await this.rows.listKeyIds(column)) used.add(id);
    const stored = await this.keys.list();
    const known = stored.map((row) => this.judge(row));
    for (const id of this.unknown(stored)) {
      // Rows older than the table of keys: their own bytes tell whether the key is right.
      const opens = used.has(id) ? await this.opensRows(id, columns) : true;
      known.push({ id, opens, isRetired: false });
    }
    const verdict = keyRingVerdict(this.ring, [...used], known);
    if (!verdict.ok) throw sealingRefusal(verdict, config(ProcessConfig).LOCAL_MODE);
  }

  /** Remembers keys that are new here. Of two processes with other bytes for one id the later fits no longer. */
  async remember(): Promise<void> {
    for (const id of this.unknown(await this.keys.list())) {
      const { bytes } = SecretBox.of(this.ring, id).seal(new Secret(CHECK_TEXT), checkContext(id));
      await this.keys.add(id, bytes);
    }
  }

  private unknown(stored: readonly KeyRow[]): string[] {
    return this.ring.ids.filter((id) => !stored.some((row) => row.id === id));
  }

  private judge({ id, checkValue, retiredAt }: KeyRow): KnownKey {
    const isRetired = retiredAt !== null;
    if (!this.ring.has(id)) return { id, opens: null, isRetired };
    return { id, opens: this.opens(id, checkValue, checkContext(id)), isRetired };
  }

  /** False when there are rows and none of the first opens. */
  private async opensRows(id: string, columns: readonly SealedColumn[]): Promise<boolean> {
    let tried = 0;
    for (const column of columns) {
      for (const { bytes, context } of await this.rows.read(column, id, null, SAMPLES)) {
        if (this.opens(id, bytes, context)) return true;
        tried++;
      }
    }
    return tried === 0;
  }

  private opens(keyId: string, bytes: Buffer, context: readonly string[]): boolean {
    try {
      SecretBox.of(this.ring, keyId).open({ keyId, bytes }, context);
      return true;
    } catch {
      return false;
    }
  }
}

function checkContext(id: string): string[] {
  return ['sealing_key', id];
}
