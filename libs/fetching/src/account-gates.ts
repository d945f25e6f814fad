import { AccountDirectory, gateVerdict, type GateVerdict } from '@app/credentials';
import { AppError } from '@app/kernel';
import { Injectable } from '@nestjs/common';

type Verdicts = Promise<ReadonlyMap<number, GateVerdict>>;

/**
 * Asks the gate at the last moment before a call. A round is planned some time before its calls are sent: a token may have to
 * be fetched in between, and an event that closed the gate was committed meanwhile. Calls about to start ask in one query.
 */
@Injectable()
export class AccountGates {
  private batch: { readonly ids: number[]; readonly verdicts: Verdicts } | null = null;

  constructor(private readonly accounts: AccountDirectory) {}

  /** Throws an AppError of kind `denied` with the refusal's name as its code. */
  async ensureOpen(accountId: number): Promise<void> {
    this.batch ??= this.openBatch();
    this.batch.ids.push(accountId);
    const verdict = (await this.batch.verdicts).get(accountId);
    if (verdict === undefined) throw new AppError('denied', 'account_gone');
    if (!verdict.open) throw new AppError('denied', verdict.because, { message: verdict.message });
  }

  private openBatch(): { ids: number[]; verdicts: Verdicts } {
    const ids: number[] = [];
    const verdicts = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.batch = null;
      const accounts = await this.accounts.fetchable([...new Set(ids)]);
      return new Map([...accounts].map(([id, { gate }]) => [id, gateVerdict(gate)] as const));
    });
    return { ids, verdicts };
  }
}
