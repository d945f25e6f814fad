import { Injectable } from '@nestjs/common';
import { AppError, KeyRing, SecretBox, type SealedColumn } from '@app/kernel';
import { Transactions } from '../database/transactions';
import { SealedRowsRepository, type Reseal, type SealedRow } from './sealed-rows.repository';

/** A statement must stay below max_allowed_packet (16 MB by default), and its row locks short. Bytes become hex, old and new. */
const STATEMENT_BYTES = 1 << 20;
/** Rows written under an old key behind the cursor, by a process that still seals with it, are found in the next pass. */
const MAX_PASSES = 5;

export interface RotationProgress {
  readonly table: string;
  /** Rows to move when it began. */
  readonly total: number;
  readonly moved: number;
  /** Rows somebody else wrote between our read and our write; they hold newer values. */
  readonly changed: number;
}

export interface RotationResult extends RotationProgress {
  /** Rows that do not open with the key they name; they stay as they are. Their primary keys, the first few. */
  readonly unreadable: readonly string[];
  /** Rows that are not under the sealing key when it ends. */
  readonly left: number;
}

export interface RotationOptions {
  /** Rows per batch. */
  readonly batch: number;
  readonly onProgress: (progress: RotationProgress) => void;
  /** Asks it to end after the batch under way. */
  readonly signal: AbortSignal;
}

interface Tally {
  readonly table: string;
  readonly total: number;
  moved: number;
  changed: number;
  unreadable: string[];
}

/**
 * Seals anew, under the ring's first key, what other keys have sealed. Each row is a compare-and-set on its old bytes, so it
 * may run while others write, may run twice at once, and may be killed: what it moved is moved, and the rest is found again.
 */
@Injectable()
export class KeyRotation {
  private readonly box: SecretBox;

  constructor(
    private readonly ring: KeyRing,
    private readonly rows: SealedRowsRepository,
    private readonly transactions: Transactions,
  ) {
    this.box = new SecretBox(ring);
  }

  async run(column: SealedColumn, options: RotationOptions): Promise<RotationResult> {
    const tally: Tally = { table: column.table, total: await this.left(column), moved: 0, changed: 0, unreadable: [] };
    for (let pass = 0; pass < MAX_PASSES && !options.signal.aborted; pass++) {
      tally.unreadable = [];
      const before = tally.moved;
      for (const keyId of await this.oldKeys(column)) await this.moveAll(column, keyId, tally, options);
      if (tally.moved === before) break;
    }
    return { ...tally, left: await this.left(column) };
  }

  private async moveAll(column: SealedColumn, keyId: string, tally: Tally, options: RotationOptions): Promise<void> {
    let after: SealedRow['key'] | null = null;
    while (!options.signal.aborted) {
      const batch: SealedRow[] = await this.rows.read(column, keyId, after, options.batch);
      const last = batch.at(-1);
      if (!last) return;
      after = last.key;
      const changes = batch.flatMap((row) => this.reseal(keyId, row, tally));
      for (const part of parts(changes)) {
        const moved = await this.transactions.run((manager) =>
          this.rows.replace(manager, column, this.ring.sealingKeyId, part),
        );
        tally.moved += moved;
        tally.changed += part.length - moved;
      }
      options.onProgress(tally);
    }
  }

  private reseal(keyId: string, { key, context, bytes }: SealedRow, tally: Tally): Reseal[] {
    try {
      const secret = this.box.open({ keyId, bytes }, context);
      return [{ key, from: bytes, to: this.box.seal(secret, context).bytes }];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'sealed_value_invalid') throw error;
      tally.unreadable.push(key.join('/'));
      return [];
    }
  }

  private async oldKeys(column: SealedColumn): Promise<string[]> {
    return (await this.rows.listKeyIds(column)).filter((id) => id !== this.ring.sealingKeyId);
  }

  private async left(column: SealedColumn): Promise<number> {
    const counts = await this.rows.countByKey(column);
    return [...counts].reduce((sum, [id, n]) => sum + (id === this.ring.sealingKeyId ? 0 : n), 0);
  }
}

/** Cuts changes into statements of bounded size. */
function parts(changes: readonly Reseal[]): Reseal[][] {
  const cut: Reseal[][] = [];
  let room = 0;
  for (const change of changes) {
    const size = change.from.length + change.to.length;
    const current = cut.at(-1);
    if (current && size <= room) current.push(change);
    else {
      cut.push([change]);
      room = STATEMENT_BYTES;
    }
    room -= size;
  }
  return cut;
}
