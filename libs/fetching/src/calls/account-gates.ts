import { AccountDirectory, gateVerdict, type FetchableAccount, type GateVerdict } from '@app/credentials';
import { AppError, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AppidPauseRepository, type AppidPause } from './appid-pause.repository';
import { appidPaused } from './call.errors';

interface Answers {
  readonly verdicts: ReadonlyMap<number, GateVerdict>;
  readonly pauses: ReadonlyMap<string, AppidPause>;
}

interface Batch {
  readonly accounts: Pick<FetchableAccount, 'id' | 'appid'>[];
  readonly answers: Promise<Answers>;
}

/**
 * Asks at the last moment before a call whether it may be made. A round is planned some time before its calls are sent: a
 * token may have to be fetched in between, and an event that closed the gate, or a quota that ran out, was committed
 * meanwhile. Calls about to start ask together.
 */
@Injectable()
export class AccountGates {
  private batch: Batch | null = null;

  constructor(
    private readonly accounts: AccountDirectory,
    private readonly pauses: AppidPauseRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws an AppError of kind `denied` with the refusal's name as its code, and `appid_paused`. */
  async ensureOpen(account: Pick<FetchableAccount, 'id' | 'appid'>): Promise<void> {
    this.batch ??= this.openBatch();
    this.batch.accounts.push(account);
    const { verdicts, pauses } = await this.batch.answers;
    const verdict = verdicts.get(account.id);
    if (verdict === undefined) throw new AppError('denied', 'account_gone');
    if (!verdict.open) throw new AppError('denied', verdict.because, { message: verdict.message });
    const pause = pauses.get(account.appid);
    if (pause) throw appidPaused(pause);
  }

  private openBatch(): Batch {
    const accounts: Batch['accounts'] = [];
    const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.batch = null;
      return this.ask(accounts);
    });
    return { accounts, answers };
  }

  private async ask(accounts: Batch['accounts']): Promise<Answers> {
    const [ids, appids] = [new Set(accounts.map(({ id }) => id)), new Set(accounts.map(({ appid }) => appid))];
    const [found, pauses] = await Promise.all([
      this.accounts.fetchable([...ids]),
      this.pauses.findActive([...appids], this.clock.now()),
    ]);
    return { verdicts: new Map([...found].map(([id, { gate }]) => [id, gateVerdict(gate)] as const)), pauses };
  }
}
