import { Injectable } from '@nestjs/common';
import { KeyRing, type SealedColumn } from '@app/kernel';
import { type Peer } from './key-ring-policy';
import { SealedRowsRepository } from './sealed-rows.repository';
import { SealingKeyRepository } from './sealing-key.repository';
import { SealingProcessRepository } from './sealing-process.repository';

/** `sealing`: first of this ring. `opening`: behind it. `absent`: known here, but not in this ring. */
export type KeyPlace = 'sealing' | 'opening' | 'absent';

export interface SurveyedKey {
  readonly id: string;
  readonly place: KeyPlace;
  readonly isRetired: boolean;
  /** Table → rows sealed under it. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Which keys there are, what each has sealed, and who runs with which. */
@Injectable()
export class KeySurvey {
  constructor(
    private readonly ring: KeyRing,
    private readonly keys: SealingKeyRepository,
    private readonly processes: SealingProcessRepository,
    private readonly rows: SealedRowsRepository,
  ) {}

  async take(columns: readonly SealedColumn[]): Promise<{ keys: SurveyedKey[]; processes: Peer[] }> {
    const stored = await this.keys.list();
    const counts = new Map<string, ReadonlyMap<string, number>>();
    for (const column of columns) counts.set(column.table, await this.rows.countByKey(column));
    const used = [...counts.values()].flatMap((byKey) => [...byKey.keys()]);
    const ids = new Set([...this.ring.ids, ...stored.map(({ id }) => id), ...used]);
    const keys = [...ids].map((id) => ({
      id,
      place: this.placeOf(id),
      isRetired: stored.some((row) => row.id === id && row.retiredAt !== null),
      rows: new Map([...counts].map(([table, byKey]) => [table, byKey.get(id) ?? 0])),
    }));
    return { keys, processes: await this.processes.listOthers('') };
  }

  private placeOf(id: string): KeyPlace {
    if (id === this.ring.sealingKeyId) return 'sealing';
    return this.ring.has(id) ? 'opening' : 'absent';
  }
}
